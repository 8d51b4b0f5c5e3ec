import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { Foundation } from './foundation.ts';
import { LineAlarm } from './line-alarm.ts';
import type { ServiceFunction } from './service-function.ts';

/** Alarms about what the service is for, whatever part of it is to blame. */
export class BusinessAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    foundation: Foundation,
    watched: {
      /** Who asks Visma Connect for tokens. */
      readonly clients: readonly ServiceFunction[];
      readonly tokenBroker: ServiceFunction;
      readonly rotateClientSecret: ServiceFunction;
      readonly activations: Rule;
    },
  ) {
    super(scope, id);
    const { clients, rotateClientSecret } = watched;
    new LineAlarm(this, 'ClientRejected', foundation, {
      line: alarmLines.clientRejected,
      loggedBy: [...clients, rotateClientSecret],
      impact: 'Exports get no tokens and no connection can be tested: Visma accepts no secret of our client.',
      runbook: 'visma-rejects-our-client',
    });
    new LineAlarm(this, 'UnexplainedAnswer', foundation, {
      line: alarmLines.unexplainedAnswer,
      loggedBy: [watched.tokenBroker],
      impact:
        'An export got no token for a reason that nobody foresaw; it may be a token for another tenant.',
      runbook: 'unexplained-answer',
    });
    new LineAlarm(this, 'NoToken', foundation, {
      line: alarmLines.noToken,
      loggedBy: [watched.tokenBroker],
      impact: 'Exports got no token, since a table or secret of ours could not be read; they try again.',
      runbook: 'no-token',
    });
    new LineAlarm(this, 'ClientSecretFallback', foundation, {
      line: alarmLines.clientSecretFallback,
      loggedBy: clients,
      impact: 'Exports run on the previous client secret, since Visma refuses the current one.',
      runbook: 'client-secret-fallback',
    });
    new LineAlarm(this, 'ClientSecretMalformed', foundation, {
      line: alarmLines.clientSecretMalformed,
      loggedBy: clients,
      impact: 'The current client secret is none: exports run on what functions still have of an older one.',
      runbook: 'client-secret-malformed',
    });
    new LineAlarm(this, 'ClientSecretRefused', foundation, {
      line: alarmLines.clientSecretRefused,
      loggedBy: [rotateClientSecret],
      impact: 'A staged client secret was not taken up: Visma refuses it. Exports run on the current one.',
      runbook: 'staged-client-secret-refused',
    });
    new LineAlarm(this, 'ClientSecretRolledBack', foundation, {
      line: alarmLines.clientSecretRolledBack,
      loggedBy: [rotateClientSecret],
      impact:
        'Exports run on the previous client secret again and have no fallback: the new one was refused.',
      runbook: 'client-secret-rolled-back',
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
