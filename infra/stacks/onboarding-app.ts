import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Bundles } from '../bundling/bundle-functions.ts';
import type { StageConfig } from '../config.ts';
import { ServiceStack } from './service-stack.ts';
import { StatefulStack } from './stateful-stack.ts';

/** Behaviour of the CDK that is chosen here, so that tests and the command line cannot differ. */
export const featureFlags = {
  // ARNs with `aws` instead of a pseudo parameter: shorter to read, and there is one partition to deploy to.
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:target-partitions': ['aws'],
  '@aws-cdk/aws-iam:minimizePolicies': true,
  // The stateful stack refuses to drop what the service still uses.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
};

/** An app whose synthesis fails on whatever AwsSolutions finds and no construct acknowledges. */
export function createApp(props: Pick<AppProps, 'outdir'> = {}): App {
  const app = new App({
    ...props,
    analyticsReporting: false,
    postCliContext: featureFlags,
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** The two stacks of one stage. */
export function addStage(
  app: App,
  config: StageConfig,
  bundles: Bundles,
): {
  readonly stateful: StatefulStack;
  readonly service: ServiceStack;
} {
  const prefix = `VismaOnboarding-${config.stage}`;
  const tags = { service: 'visma-onboarding', stage: config.stage };
  const stateful = new StatefulStack(app, `${prefix}-Stateful`, config, {
    env: config.env,
    terminationProtection: config.isProtected,
    tags,
  });
  const service = new ServiceStack(app, `${prefix}-Service`, {
    env: config.env,
    terminationProtection: config.isProtected,
    tags,
    config,
    bundles,
    stores: stateful.stores,
  });
  return { stateful, service };
}
