import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { DeskEvent } from './desk.ts';

export interface ZohoWebhook {
  readonly id: string;
  readonly url: string;
}

export interface ZohoDelivery {
  readonly id: string;
  readonly event: DeskEvent;
  readonly ticketId: string;
  readonly body: string;
  /** Status of the answer, or why there was none; `suppressed` when it was lost on the way. */
  outcome: number | string;
}

/** A delivery has so long to be answered (one of the two figures in Zoho's documents). */
const timeoutMs = 5_000;
const jwtSeconds = 600;

/**
 * Zoho's deliveries: an array of events, beside a token that says who sends it and nothing of the body. Sent once: what
 * is not answered is lost.
 */
export async function createWebhooks(orgId: string, clock: () => number) {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomUUID();
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  const deliveries: ZohoDelivery[] = [];
  const stopping = new AbortController();
  let webhook: ZohoWebhook | undefined;
  let isSuppressed = false;
  let created = 0;

  /** The token of a delivery at this moment; what was captured of one can be sent with any body. */
  function sign(webhookId: string, { endless = false } = {}): Promise<string> {
    const seconds = Math.floor(clock() / 1000);
    const token = new SignJWT()
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(`orgId:${orgId}`)
      .setAudience(`webhookId:${webhookId}`)
      .setIssuedAt(seconds);
    return (endless ? token : token.setExpirationTime(seconds + jwtSeconds)).sign(privateKey);
  }

  const request = async (url: string, init: RequestInit) => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    await response.body?.cancel();
    return response.status;
  };

  return {
    jwks: { keys: [jwk] },
    deliveries,
    sign,
    /** Asks the address in every way that Zoho was seen to ask, and refuses it unless each answers 200. */
    async subscribe(url: string, id?: string): Promise<ZohoWebhook> {
      const json = { 'content-type': 'application/json' };
      const probes: RequestInit[] = [
        { method: 'GET' },
        { method: 'HEAD' },
        { method: 'POST', headers: json },
        { method: 'POST', headers: json, body: '{"{}":""}' },
      ];
      for (const probe of probes) {
        const status = await request(url, probe);
        if (status !== 200)
          throw new Error(`${probe.method} was answered ${status}: the webhook is refused.`);
      }
      created += 1;
      webhook = { id: id ?? String(97_709_500_000_000 + created), url };
      return webhook;
    },
    /** Where deliveries go. */
    address: () => webhook?.url,
    /** While set, deliveries are lost on the way. */
    suppress(suppressed: boolean) {
      isSuppressed = suppressed;
    },
    async deliver(event: DeskEvent, ticketId: string, payload: object, prevState?: object): Promise<void> {
      if (webhook === undefined) return;
      const { id, url } = webhook;
      const eventTime = String(clock());
      const events = [{ eventType: event, eventTime, orgId, payload, ...(prevState ? { prevState } : {}) }];
      const body = JSON.stringify(events);
      const delivery: ZohoDelivery = { id: randomUUID(), event, ticketId, body, outcome: 'pending' };
      deliveries.push(delivery);
      if (isSuppressed) {
        delivery.outcome = 'suppressed';
        return;
      }
      try {
        const headers = { 'content-type': 'application/json', 'x-zdesk-jwt': await sign(id) };
        delivery.outcome = await request(url, { method: 'POST', headers, body });
        // 410 takes the subscription away.
        if (delivery.outcome === 410) webhook = undefined;
      } catch (error) {
        delivery.outcome = error instanceof Error ? error.name : 'failed';
      }
    },
    stop: () => stopping.abort(),
  };
}

export type ZohoWebhooks = Awaited<ReturnType<typeof createWebhooks>>;
