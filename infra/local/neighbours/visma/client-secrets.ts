import { createHash } from 'node:crypto';

/** How often a client secret was shown to the token endpoint since the counters were last put back. */
export interface SecretUse {
  accepted: number;
  refused: number;
}

/** The application's client secrets: the portal makes and deletes them one by one (visma.md 1.7). */
export interface ClientSecrets {
  /** From now on these and no others; several while one is being rotated. */
  accept(secrets: readonly string[]): void;
  /** Ids of the accepted ones, in the order given. */
  accepted(): readonly string[];
  isAccepted(secret: string): boolean;
  countUse(secret: string, use: keyof SecretUse): void;
  /** By id for every secret that was ever accepted; all others together as `other`. */
  uses(): Record<string, SecretUse>;
  resetUses(): void;
}

/** Names a secret without telling it: the SHA-256 of its text, in hex. */
export function secretId(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function createClientSecrets(first: string): ClientSecrets {
  /** Grows by control calls only: what a client makes up is counted as `other`. */
  const known = new Map<string, SecretUse>();
  let other = noUse();
  let accepted: ReadonlySet<string> = new Set();

  function accept(secrets: readonly string[]): void {
    accepted = new Set(secrets.map(secretId));
    for (const id of accepted) if (!known.has(id)) known.set(id, noUse());
  }

  accept([first]);
  return {
    accept,
    accepted: () => [...accepted],
    isAccepted: (secret) => accepted.has(secretId(secret)),
    countUse(secret, use) {
      (known.get(secretId(secret)) ?? other)[use] += 1;
    },
    uses: () => structuredClone({ ...Object.fromEntries(known), other }),
    resetUses() {
      for (const id of known.keys()) known.set(id, noUse());
      other = noUse();
    },
  };
}

function noUse(): SecretUse {
  return { accepted: 0, refused: 0 };
}
