import { bundleFunctions } from './bundling/bundle-functions.ts';
import { configOf, parseStage } from './config.ts';
import { addStage, createApp } from './stacks/onboarding-app.ts';

/** `cdk synth` and `cdk deploy` run this file; `-c stage=local|dev|prod` chooses the stage. */
const app = createApp();
const config = configOf(parseStage(app.node.tryGetContext('stage')), process.env);
addStage(app, config, await bundleFunctions());
app.synth();
