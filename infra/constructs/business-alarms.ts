import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import type { ServiceFunction } from './service-function.ts';

/** The line that the access test logs when Visma does not know our client or its secret. */
const clientRejectedLine = 'CLIENT REJECTED';

/** Alarms about what the service is for, whatever part of it is to blame. */
export class BusinessAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    foundation: Foundation,
    watched: { readonly testAccess: ServiceFunction; readonly activations: Rule },
  ) {
    super(scope, id);
    const clientRejected = new MetricFilter(this, 'ClientRejected', {
      logGroup: watched.testAccess.logGroup,
      filterPattern: FilterPattern.literal(`"${clientRejectedLine}"`),
      metricNamespace: `VismaOnboarding/${foundation.config.stage}`,
      metricName: 'ClientRejected',
      metricValue: '1',
    });
    foundation.alarms.add(this, 'VismaRejectsOurClient', {
      metric: clientRejected.metric({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 1,
      impact: 'No connection of any customer can be tested: Visma does not accept our client id or secret.',
      runbook: 'visma-rejects-our-client',
    });
    if (!foundation.config.expectsActivations) return;
    foundation.alarms.add(this, 'NothingActivated', {
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'MatchedEvents',
        dimensionsMap: {
          EventBusName: foundation.stores.bus.eventBusName,
          RuleName: watched.activations.ruleName,
        },
        period: Duration.days(1),
        statistic: 'Sum',
      }),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      // The longest that an alarm can look back.
      periods: 7,
      missingData: TreatMissingData.BREACHING,
      impact:
        'No connection has become active for a week: the chain may be broken where no other alarm looks.',
      runbook: 'nothing-activated',
    });
  }
}
