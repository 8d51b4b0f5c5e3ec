import { Versions } from '../../../infra/local/cloud/secrets-manager-versions.ts';
import type { ClientSecretVersions } from '../../../shared/adapters/secrets-manager/client-secret-versions.ts';
import { type VismaClient, vismaClient } from '../../../shared/adapters/secrets-manager/secrets.ts';
import { PermanentError, TransientError } from '../../../shared/platform/errors.ts';

type Client = Pick<VismaClient, 'clientId' | 'clientSecret'>;

/** A client secret whose labels move as those of the local cloud do, and what operators do to it. */
export interface InMemoryClientSecret {
  readonly versions: ClientSecretVersions;
  /** Adds a version; AWSCURRENT moves to it unless told. Answers its id. */
  put(value: Client | string, labels?: readonly string[]): string;
  /** The labelled versions' ids by label. */
  holders(): Readonly<Record<string, string>>;
  value(versionId: string): string;
}

export function createInMemoryClientSecret(now: () => number): InMemoryClientSecret {
  const versions = new Versions();
  let count = 0;

  function holders(): Record<string, string> {
    return Object.fromEntries(
      versions.list().flatMap(({ id, stages }) => stages.map((stage) => [stage, id])),
    );
  }

  function move(label: string, from: string, to?: string): void {
    try {
      versions.move(label, from, to, now());
    } catch (cause) {
      throw new TransientError(`${label} is not where it was a moment ago.`, { cause });
    }
  }

  return {
    put: (value, labels = []) => {
      count += 1;
      const id = `version-${String(count).padStart(24, '0')}`;
      versions.put(id, typeof value === 'string' ? value : JSON.stringify(value), labels, now());
      return id;
    },
    holders,
    value: (versionId) => versions.get(versionId, undefined).value,
    versions: {
      labels: async () => {
        const { AWSCURRENT: current, AWSPREVIOUS: previous, AWSPENDING: pending } = holders();
        if (current === undefined) throw new PermanentError('The secret has no current version.');
        return {
          current,
          ...(previous === undefined ? {} : { previous }),
          ...(pending === undefined ? {} : { pending }),
          changedAt: versions.changedAt ?? 0,
        };
      },
      read: async (versionId) => {
        const { value, createdAt } = versions.get(versionId, undefined);
        return { versionId, createdAt, client: vismaClient.safeParse(parsed(value)).data };
      },
      makeCurrent: async (versionId, insteadOf) => move('AWSCURRENT', insteadOf, versionId),
      removeLabel: async (label, versionId) => move(label, versionId),
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
