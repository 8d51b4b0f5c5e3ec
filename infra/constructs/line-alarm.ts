import { Duration } from 'aws-cdk-lib';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { everyFiveMinutes } from './alarms.ts';
import type { Foundation } from './foundation.ts';
import type { ServiceFunction } from './service-function.ts';

export interface LineAlarmProps {
  /** One of `alarmLines`. */
  readonly line: string;
  readonly loggedBy: readonly ServiceFunction[];
  readonly impact: string;
  /** Heading of docs/runbook.md, as its anchor. */
  readonly runbook: string;
  /** How often within a day; at once unless told. */
  readonly timesADay?: number;
}

const aDay = { period: Duration.days(1), statistic: 'Sum' } as const;

/** An alarm as soon as a line is logged, by whichever of the functions: their metric is one. */
export class LineAlarm extends Construct {
  constructor(scope: Construct, id: string, foundation: Foundation, props: LineAlarmProps) {
    super(scope, id);
    const filters = props.loggedBy.map(
      ({ logGroup, node }) =>
        new MetricFilter(this, node.id, {
          logGroup,
          filterPattern: FilterPattern.literal(`"${props.line}"`),
          metricNamespace: `VismaOnboarding/${foundation.config.stage}`,
          metricName: id,
          metricValue: '1',
        }),
    );
    const [first] = filters;
    if (first === undefined) throw new Error(`Nobody logs what ${id} waits for.`);
    foundation.alarms.add(this, 'Alarm', {
      metric: first.metric(props.timesADay === undefined ? everyFiveMinutes : aDay),
      threshold: props.timesADay ?? 1,
      impact: props.impact,
      runbook: props.runbook,
    });
  }
}
