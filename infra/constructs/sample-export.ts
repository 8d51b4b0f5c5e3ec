import { CfnManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';
import type { TokenBroker } from './token-broker.ts';

/** An export function as Spend Cloud's engineers build theirs, and the policy of whoever may run it. */
export class SampleExport extends Construct {
  readonly exportDocuments: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation, tokens: TokenBroker) {
    super(scope, id);
    const { visma, functionTimeoutSeconds } = foundation.config;
    this.exportDocuments = new ServiceFunction(this, 'ExportDocuments', foundation, {
      folder: 'export-documents',
      environment: {
        VISMA_TOKEN_BROKER: tokens.broker.function.functionName,
        // Of its own time: the rest is for the documents.
        VISMA_TOKEN_TIMEOUT_SECONDS: String(Math.floor(functionTimeoutSeconds * 0.7)),
        VISMA_API_URL: visma.apiUrl,
        VISMA_TIMEOUT_MS: String(visma.timeoutMs),
      },
      impact: 'Nobody but the demonstration and the tests is affected.',
      failuresTolerated: 9,
    });
    // As any export function gets its right: nothing else of this service is needed.
    tokens.consumerPolicy.attachToRole(this.exportDocuments.role);
    const policy = new ManagedPolicy(this, 'Policy', {
      description: 'Visma onboarding: may run the sample export',
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [this.exportDocuments.function.functionArn],
        }),
      ],
    });
    // A name for tools: the local cloud gives Spend Cloud the policy of this logical id.
    const resource = policy.node.defaultChild;
    if (resource instanceof CfnManagedPolicy) resource.overrideLogicalId('SampleExportPolicy');
  }
}
