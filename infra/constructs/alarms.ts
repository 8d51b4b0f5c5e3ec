import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmProps {
  readonly metric: cloudwatch.IMetric;
  /** Reached is alarming, or undercut where `comparison` says so. */
  readonly threshold: number;
  /** What does not work for whom, in words: whoever is woken reads this first. */
  readonly impact: string;
  /** Heading of docs/runbook.md, as its anchor. */
  readonly runbook: string;
  readonly comparison?: cloudwatch.ComparisonOperator;
  /** Periods in a row; 1 unless told. */
  readonly periods?: number;
  /** Silence is fine unless told. */
  readonly missingData?: cloudwatch.TreatMissingData;
}

/** The alarms of a stage and whom they tell. */
export class Alarms extends Construct {
  readonly #action: SnsAction;

  constructor(scope: Construct, id: string, mailTo: string) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { displayName: 'Visma onboarding: alarms', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(mailTo));
    this.#action = new SnsAction(topic);
  }

  /** `scope` is what the alarm is about, so that its name tells. */
  add(scope: Construct, id: string, props: AlarmProps): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(scope, id, {
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator:
        props.comparison ?? cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.missingData ?? cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `Impact: ${props.impact} Runbook: docs/runbook.md#${props.runbook}`,
    });
    alarm.addAlarmAction(this.#action);
    return alarm;
  }
}

/** Sum over five minutes, the resolution that the alarms of this service need. */
export const everyFiveMinutes = { period: Duration.minutes(5), statistic: 'Sum' } as const;
