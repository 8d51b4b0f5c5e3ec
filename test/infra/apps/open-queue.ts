import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { createApp } from '../../../infra/stacks/onboarding-app.ts';

/** An app with a queue that takes plain HTTP and has no dead letters: its synthesis must fail. */
const app = createApp();
new Queue(new Stack(app, 'Open'), 'Queue');
app.synth();
