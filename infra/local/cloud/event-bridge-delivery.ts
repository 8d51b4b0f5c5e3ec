import type { Clock } from './clock.ts';
import { isFinal, type Target } from './event-bridge-target.ts';
import { AwsError, type BusEvent, type Cloud } from './service.ts';

/** First pause; doubled up to the longest, with jitter. AWS documents "exponential back off and jitter", no numbers. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Brings matched events to targets, each by itself: a slow or broken target does not hold up the others. */
export class Deliveries {
  readonly #cloud: Cloud;
  readonly #clock: Clock;
  readonly #timers = new Set<() => void>();
  #running = 0;
  #stopped = false;

  constructor(cloud: Cloud, clock: Clock) {
    this.#cloud = cloud;
    this.#clock = clock;
  }

  /** Deliveries that wait or run. */
  get pending(): number {
    return this.#timers.size + this.#running;
  }

  /** Answers at once; delivers once or twice, now or late, as `chaos` has it. */
  enqueue(target: Target, ruleArn: string, event: BusEvent): void {
    const { chaos } = this.#cloud;
    const what = `rule:${ruleArn}:${target.id}`;
    for (let copy = chaos.copies(what); copy > 0; copy -= 1) {
      // Order on a bus is nobody's promise: a shuffled event is overtaken by what comes within a moment.
      const overtaken = chaos.shuffle(what) ? chaos.random() * 100 : 0;
      this.#later(chaos.delay(what) + overtaken, () =>
        this.#attempt(target, ruleArn, event, this.#clock.now(), 0),
      );
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #later(ms: number, run: () => Promise<void>): void {
    const cancel = this.#clock.setTimer(ms, () => {
      this.#timers.delete(cancel);
      this.#running += 1;
      void run().finally(() => {
        this.#running -= 1;
      });
    });
    this.#timers.add(cancel);
  }

  async #attempt(
    target: Target,
    ruleArn: string,
    event: BusEvent,
    since: number,
    retries: number,
  ): Promise<void> {
    try {
      await target.deliver(event);
    } catch (error) {
      if (this.#stopped) return;
      const tooOld = this.#clock.now() - since >= target.maximumAgeMs;
      if (isFinal(error) || retries >= target.maximumRetries || tooOld) {
        await this.#giveUp(target, ruleArn, event, error, retries);
        return;
      }
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** retries);
      const jittered = pause / 2 + (this.#cloud.chaos.random() * pause) / 2;
      this.#later(jittered, () => this.#attempt(target, ruleArn, event, since, retries + 1));
    }
  }

  async #giveUp(
    target: Target,
    ruleArn: string,
    event: BusEvent,
    error: unknown,
    retries: number,
  ): Promise<void> {
    const reason = error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
    const story = `event ${event.id} (${event['detail-type']}) not delivered to ${target.arn} after ${retries} retries: ${reason}`;
    if (target.deadLetterArn === undefined) {
      this.#cloud.log(ruleArn, `${story}; dropped, the target has no dead-letter queue`);
      return;
    }
    const by = { arn: 'events.amazonaws.com', kind: 'service' as const, sourceArn: ruleArn };
    try {
      await this.#cloud.sendMessage(target.deadLetterArn, JSON.stringify(event), by);
      this.#cloud.log(ruleArn, `${story}; sent to ${target.deadLetterArn}`);
    } catch (lost) {
      this.#cloud.log(ruleArn, `${story}; dropped, its dead-letter queue refused it: ${String(lost)}`);
    }
  }
}
