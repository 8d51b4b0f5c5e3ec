import type { FunctionConfig } from './lambda-environment.ts';
import type { Outcome } from './lambda-pool.ts';
import type { Cloud } from './service.ts';
import { AwsError } from './service.ts';

export interface AsyncSettings {
  readonly deadLetterArn: string | undefined;
  /** Waits before the second and the third attempt; Lambda has one and two minutes. */
  readonly retryDelaysMs: readonly number[] | undefined;
}

/** `AWS::Lambda::EventInvokeConfig`. */
interface InvokeConfig {
  readonly maximumRetries: number;
  readonly maximumAgeMs: number;
  readonly failureQueueArn: string | undefined;
}

/** "Lambda waits one minute before the second attempt and two minutes between the second and third" (developer guide). */
const documentedDelaysMs = [60_000, 120_000];
/** A throttled event doesn't count as an attempt; Lambda starts at one second and doubles up to five minutes. */
const throttleStartMs = 1_000;
const throttleMaximumMs = 300_000;

/** The queue of asynchronous invocations of one function: accepted at once, tried up to three times, then recorded. */
export class AsyncInvocations {
  readonly #cloud: Cloud;
  readonly #function: FunctionConfig;
  readonly #settings: AsyncSettings;
  readonly #run: (event: string, requestId: string) => Promise<Outcome>;
  readonly #timers = new Set<NodeJS.Timeout>();
  #config: InvokeConfig = { maximumRetries: 2, maximumAgeMs: 21_600_000, failureQueueArn: undefined };
  #stopped = false;

  constructor(
    cloud: Cloud,
    config: FunctionConfig,
    settings: AsyncSettings,
    run: (event: string, requestId: string) => Promise<Outcome>,
  ) {
    this.#cloud = cloud;
    this.#function = config;
    this.#settings = settings;
    this.#run = run;
  }

  configure(config: InvokeConfig): void {
    this.#config = config;
  }

  accept(event: string, requestId: string): void {
    const { chaos } = this.#cloud;
    const what = `lambda:${this.#function.name}`;
    const copies = chaos.copies(what);
    for (let copy = 0; copy < copies; copy += 1) {
      this.#later(chaos.delay(what), () =>
        this.#attempt({ event, requestId, acceptedAt: Date.now(), attempts: 0, throttled: 0 }),
      );
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #later(ms: number, action: () => Promise<void>): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action().catch((error: unknown) => {
        if (!this.#stopped)
          this.#cloud.log(this.#function.name, `asynchronous invocation lost: ${String(error)}`);
      });
    }, ms);
    this.#timers.add(timer);
  }

  async #attempt(invocation: Invocation): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await this.#run(invocation.event, invocation.requestId);
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'TooManyRequestsException')) throw error;
      const wait = Math.min(throttleMaximumMs, throttleStartMs * 2 ** invocation.throttled);
      await this.#again({ ...invocation, throttled: invocation.throttled + 1 }, wait, undefined);
      return;
    }
    if (outcome.ok || this.#stopped) return;
    const attempts = invocation.attempts + 1;
    this.#cloud.log(
      this.#function.name,
      `attempt ${attempts} failed: ${outcome.error.errorType}: ${outcome.error.errorMessage}`,
    );
    if (attempts > this.#config.maximumRetries) {
      await this.#giveUp({ ...invocation, attempts }, 'RetriesExhausted', outcome);
      return;
    }
    const delays = this.#settings.retryDelaysMs ?? documentedDelaysMs;
    await this.#again({ ...invocation, attempts }, delays[attempts - 1] ?? 0, outcome);
  }

  async #again(invocation: Invocation, wait: number, outcome: Outcome | undefined): Promise<void> {
    if (Date.now() + wait - invocation.acceptedAt > this.#config.maximumAgeMs) {
      await this.#giveUp(invocation, 'EventAgeExceeded', outcome);
      return;
    }
    this.#later(wait, () => this.#attempt(invocation));
  }

  /** Sends the documented invocation record to the failure destination and the bare event to the dead-letter queue. */
  async #giveUp(invocation: Invocation, condition: string, outcome: Outcome | undefined): Promise<void> {
    const role = this.#cloud.assume(this.#function.roleArn, 'lambda.amazonaws.com');
    if (this.#config.failureQueueArn !== undefined) {
      const failed = outcome !== undefined && !outcome.ok;
      const record = {
        version: '1.0',
        timestamp: new Date().toISOString(),
        requestContext: {
          requestId: invocation.requestId,
          functionArn: `${this.#function.arn}:$LATEST`,
          condition,
          approximateInvokeCount: invocation.attempts,
        },
        requestPayload: JSON.parse(invocation.event),
        ...(failed && {
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          responsePayload: outcome.error,
        }),
      };
      await this.#cloud.sendMessage(this.#config.failureQueueArn, JSON.stringify(record), role);
    }
    if (this.#settings.deadLetterArn !== undefined) {
      await this.#cloud.sendMessage(this.#settings.deadLetterArn, invocation.event, role);
    }
  }
}

interface Invocation {
  readonly event: string;
  readonly requestId: string;
  readonly acceptedAt: number;
  readonly attempts: number;
  readonly throttled: number;
}
