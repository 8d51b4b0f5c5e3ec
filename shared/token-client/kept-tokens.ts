import type { VismaToken } from '../contracts/tokens/token-broker.ts';
import type { Clock } from '../platform/clock.ts';
import { tokenIdOf } from '../platform/ids.ts';
import type { AskBroker } from './ask-broker.ts';
import type { TokenFor } from './errors.ts';

export interface KeptTokensOptions {
  readonly ask: AskBroker;
  readonly clock: Clock;
  readonly maximumAgeSeconds: number;
  readonly maximumEntries: number;
}

export interface KeptTokens {
  /** A token that is not `rejected`, an access token that the API refused. Throws what `ask` throws. */
  get(of: TokenFor, rejected?: string): Promise<VismaToken>;
}

interface Kept {
  readonly token: VismaToken;
  /** Number of the request that brought it: an answer never replaces that of a later request. */
  readonly order: number;
  readonly from: number;
  readonly until: number;
}

interface Flight {
  readonly rejected: string | undefined;
  readonly answer: Promise<VismaToken>;
}

/** No token is answered from memory in its last minute, or the last tenth of what is left of it. */
const marginMs = 60_000;

/**
 * Keeps answers of the broker for a short time and lets those who ask for the same at the same moment share a request.
 * Failures are not kept: the broker remembers them itself.
 */
export function createKeptTokens(options: KeptTokensOptions): KeptTokens {
  const { ask, clock, maximumAgeSeconds, maximumEntries } = options;
  // In order of use, the least recent first.
  const kept = new Map<string, Kept>();
  const flights = new Map<string, Flight>();
  let requests = 0;

  function atHand(name: string): VismaToken | undefined {
    const entry = kept.get(name);
    const now = clock().getTime();
    // A clock that was set back says nothing about an age.
    if (entry === undefined || now < entry.from || now >= entry.until) return undefined;
    kept.delete(name);
    kept.set(name, entry);
    return entry.token;
  }

  function spoil(name: string): void {
    const entry = kept.get(name);
    if (entry !== undefined) kept.set(name, { ...entry, until: entry.from });
  }

  function keep(name: string, entry: Kept): void {
    if ((kept.get(name)?.order ?? 0) > entry.order) return;
    kept.delete(name);
    kept.set(name, entry);
    const oldest = kept.size > maximumEntries ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
  }

  async function request(name: string, of: TokenFor, rejected: string | undefined): Promise<VismaToken> {
    requests += 1;
    const order = requests;
    // Its age counts from the question: what changed after it is not in the answer.
    const from = clock().getTime();
    const token = await ask(of, rejected === undefined ? undefined : tokenIdOf(rejected));
    const expiresAt = Date.parse(token.expiresAt);
    const until = Math.min(
      from + maximumAgeSeconds * 1000,
      expiresAt - Math.min(marginMs, (expiresAt - from) / 10),
    );
    keep(name, { token, order, from, until });
    return token;
  }

  return {
    get: async (of, rejected) => {
      const name = nameOf(of);
      const token = atHand(name);
      if (token !== undefined && token.accessToken !== rejected) return token;
      const flying = flights.get(name);
      // A request that does not know of the refusal may bring the refused token again.
      if (flying !== undefined && (rejected === undefined || flying.rejected === rejected))
        return flying.answer;
      // Its number stays: an answer that is still to come and older must not take its place.
      if (token !== undefined) spoil(name);
      const flight: Flight = {
        rejected,
        answer: request(name, of, rejected).finally(() => {
          if (flights.get(name) === flight) flights.delete(name);
        }),
      };
      flights.set(name, flight);
      return flight.answer;
    },
  };
}

function nameOf(of: TokenFor): string {
  return JSON.stringify('connectionId' in of ? [of.connectionId] : [of.environmentId, of.administrationId]);
}
