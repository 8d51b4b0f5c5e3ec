import { pause } from './server.ts';

/** One try to hand a webhook over. */
interface Attempt {
  /** ISO time of the try. */
  readonly at: string;
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** What to send; the same `id` is kept over every attempt and resend, as the real senders do. */
interface Envelope {
  readonly id: string;
  readonly event: string;
  /** What it is about (a ticket's or tenant's id), for lists. */
  readonly subject: string;
  readonly body: string;
}

export interface Delivery extends Envelope {
  /** `not-configured`: there was no address to send to; resend it once there is. */
  readonly status: 'pending' | 'delivered' | 'failed' | 'not-configured';
  readonly attempts: readonly Attempt[];
}

export interface CourierOptions {
  /** Address and headers of one attempt (so that its timestamp and signature are fresh); undefined: no address. */
  prepare(envelope: Envelope, at: Date): { url: string; headers: Record<string, string> } | undefined;
  /** Waits between attempts; one attempt more than there are waits. */
  readonly retryDelaysMs: readonly number[];
  readonly timeoutMs: number;
  clock(): number;
}

export interface Courier {
  /** Starts delivering; the returned promise ends when it is delivered or given up, and never rejects. */
  send(envelope: Envelope, how?: { delayMs?: number; copies?: number }): Promise<void>;
  /** Sends a known delivery once more under the same id; undefined: unknown id. */
  resend(id: string): Promise<void> | undefined;
  /** Oldest first. */
  deliveries(): readonly Delivery[];
  stop(): void;
}

interface Entry extends Envelope {
  status: Delivery['status'];
  readonly attempts: Attempt[];
}

/** Delivers webhooks with retries and remembers each attempt. */
export function createCourier(options: CourierOptions): Courier {
  const entries = new Map<string, Entry>();
  const stopping = new AbortController();

  async function attempt(entry: Entry): Promise<'done' | 'again' | 'over'> {
    const now = options.clock();
    const at = new Date(now).toISOString();
    try {
      const prepared = options.prepare(entry, new Date(now));
      if (prepared === undefined) {
        entry.status = 'not-configured';
        return 'over';
      }
      const response = await fetch(prepared.url, {
        method: 'POST',
        headers: prepared.headers,
        body: entry.body,
        redirect: 'manual',
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(options.timeoutMs)]),
      });
      await response.body?.cancel();
      entry.attempts.push({ at, status: response.status });
      if (response.ok) return 'done';
      // Standard Webhooks: 410 means that the receiver wants no more of them.
      return response.status === 410 ? 'over' : 'again';
    } catch (error) {
      entry.attempts.push({ at, error: reason(error) });
      return 'again';
    }
  }

  async function deliver(entry: Entry, delayMs: number): Promise<void> {
    entry.status = 'pending';
    for (const wait of [delayMs, ...options.retryDelaysMs]) {
      if (wait > 0) await pause(wait, stopping.signal);
      if (stopping.signal.aborted) return;
      const outcome = await attempt(entry);
      if (outcome === 'done') {
        entry.status = 'delivered';
        return;
      }
      if (outcome === 'over') break;
    }
    if (entry.status === 'pending') entry.status = 'failed';
  }

  return {
    async send(envelope, { delayMs = 0, copies = 1 } = {}) {
      const entry: Entry = { ...envelope, status: 'pending', attempts: [] };
      entries.set(entry.id, entry);
      await Promise.all(Array.from({ length: copies }, () => deliver(entry, delayMs)));
    },
    resend(id) {
      const entry = entries.get(id);
      return entry === undefined ? undefined : deliver(entry, 0);
    },
    deliveries: () => [...entries.values()],
    stop: () => stopping.abort(),
  };
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
