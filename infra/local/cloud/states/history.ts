import { StateError } from './state-error.ts';

/** One entry of GetExecutionHistory; details are under the key that the API names after the type. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Seconds since the epoch, as AWS's JSON protocol has it. */
  readonly timestamp: number;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>>;
}

/** Quota of Step Functions; the execution fails when it is used up, so that no loop runs forever. */
const HISTORY_LIMIT = 25_000;

/** What an execution fails with when its history is full; nothing retries or catches it. */
export function historyFull(): StateError {
  return new StateError(
    'States.Runtime',
    'The execution reached the maximum number of history events (25000).',
  );
}

/** What happened in an execution, in order. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get full(): boolean {
    // Room is kept for one more state or attempt and for the failure itself.
    return this.events.length >= HISTORY_LIMIT - 10;
  }

  /** @returns the event's id, 1 for the first. */
  add(type: string, details?: Readonly<Record<string, unknown>>, detailsKey = detailsKeyOf(type)): number {
    const previousEventId = this.events.length;
    const event = { id: previousEventId + 1, previousEventId, timestamp: this.#now() / 1000, type };
    this.events.push(details === undefined ? event : { ...event, [detailsKey]: details });
    return event.id;
  }
}

/** `TaskScheduled` → `taskScheduledEventDetails`; all kinds of states share `stateEntered` and `stateExited`. */
function detailsKeyOf(type: string): `${string}EventDetails` {
  const name = type.replace(/^\w+(?=State(Entered|Exited)$)/, '');
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}EventDetails`;
}
