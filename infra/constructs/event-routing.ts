import { CfnRule, type EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import {
  campaignEvents,
  deadExecutionStatuses,
  eventSource,
  mailedEvents,
  spendCloudEvents,
  ticketAnswerEvents,
  workflowEvents,
} from '../../shared/contracts/events/event.ts';
import type { WorkQueue } from './work-queue.ts';

export interface EventRoutingProps {
  readonly bus: EventBus;
  readonly workflow: WorkQueue;
  readonly mail: WorkQueue;
  readonly mailOutcome: WorkQueue;
  readonly spendCloud: WorkQueue;
  readonly ticketAnswers: WorkQueue;
  readonly campaign: WorkQueue;
  readonly stateMachineArn: string;
  readonly configurationSetName: string;
}

/** Which event goes to which queue. What cannot be delivered lies among that queue's dead letters, as the queue would have had it. */
export class EventRouting extends Construct {
  /** Matches each activation once. */
  readonly activations: Rule;

  constructor(scope: Construct, id: string, props: EventRoutingProps) {
    super(scope, id);
    this.#route('Workflow', props.workflow, ours(workflowEvents), props.bus);
    // A replay does no harm here either: a membership goes by what is stored.
    this.#route('Campaign', props.campaign, ours(campaignEvents), props.bus);
    // A replay repairs state; nobody is mailed or told twice by it.
    exceptReplays(this.#route('Mail', props.mail, ours(mailedEvents), props.bus));
    exceptReplays(this.#route('TicketAnswers', props.ticketAnswers, ours(ticketAnswerEvents), props.bus));
    this.activations = exceptReplays(
      this.#route('SpendCloud', props.spendCloud, ours(spendCloudEvents), props.bus),
    );
    this.#route('DeadExecutions', props.workflow, {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [props.stateMachineArn], status: [...deadExecutionStatuses] },
    });
    this.#route('MailOutcomes', props.mailOutcome, {
      source: ['aws.ses'],
      detail: { mail: { tags: { 'ses:configuration-set': [props.configurationSetName] } } },
    });
  }

  /** Without a bus: the account's default one, where AWS services publish. */
  #route(id: string, { queue, deadLetters }: WorkQueue, eventPattern: EventPattern, bus?: EventBus): Rule {
    return new Rule(this, id, {
      ...(bus === undefined ? {} : { eventBus: bus }),
      eventPattern,
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }
}

function ours(types: readonly string[]): EventPattern {
  return { source: [eventSource], detailType: [...types] };
}

function exceptReplays(rule: Rule): Rule {
  const resource = rule.node.defaultChild;
  if (!(resource instanceof CfnRule)) throw new Error(`${rule.node.path} has no rule resource`);
  // The construct has no word for this field of the envelope; only replayed events have it.
  resource.addPropertyOverride('EventPattern.replay-name', [{ exists: false }]);
  return rule;
}
