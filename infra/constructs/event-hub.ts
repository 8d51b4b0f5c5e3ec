import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { eventSource } from '../../shared/contracts/events/event.ts';
import type { StageConfig } from '../config.ts';

/** The bus of this service, with an archive to replay from when a consumer was wrong. */
export class EventHub extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: `Visma onboarding, ${config.stage}` });
    this.bus.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.bus
      .archive('Archive', {
        eventPattern: { source: [eventSource] },
        retention: Duration.days(config.eventArchiveDays),
      })
      .applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
