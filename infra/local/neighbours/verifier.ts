import { Webhook } from 'standardwebhooks';

export type Verifier = (body: Buffer, headers: Record<string, string>) => boolean;

/** true: signed with this secret within five minutes. Throws at once on a secret that is none. */
export function verifier(secret: string): Verifier {
  const webhook = new Webhook(secret);
  return (body, headers) => {
    try {
      webhook.verify(body, headers, { jsonParse: false });
      return true;
    } catch {
      // The library says no by throwing, and nothing else.
      return false;
    }
  };
}
