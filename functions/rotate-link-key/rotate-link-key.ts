import type { LinkKeyVersions } from '../../shared/adapters/secrets-manager/link-key-versions.ts';
import type {
  LinkKeyRotation,
  LinkKeyRotationAnswer,
} from '../../shared/contracts/commands/link-key-rotation.ts';
import type { Clock } from '../../shared/platform/clock.ts';

export interface LinkKeyDependencies {
  readonly versions: LinkKeyVersions;
  readonly newKey: () => string;
  /** How long a link lives. */
  readonly linkDays: number;
  readonly clock: Clock;
  /** Ids of versions and words only. */
  readonly log: { info(line: string, facts: Readonly<Record<string, string | boolean>>): void };
}

/**
 * A mail's sender keeps a key for five minutes and signs with the old one until then, longer while Secrets Manager is
 * away; a link's life begins when it is signed.
 */
const signersLagMs = 3_600_000;
/** A repetition comes within seconds; what was staged longer ago would seem older than its use. */
const stagedMs = 15 * 60_000;

/**
 * Makes a new key of connect links the current one and the current one `previous`, so that links in mails go on to open.
 * The key that was `previous` opens nothing any more, and so this waits until none of its links is left, unless forced.
 */
export async function rotateLinkKey(
  { versions, newKey, linkDays, clock, log }: LinkKeyDependencies,
  { requestToken, force }: LinkKeyRotation,
): Promise<LinkKeyRotationAnswer> {
  const current = await versions.current();
  if (current.versionId === requestToken) return { outcome: 'repeated' };
  const lastLinkEnds = current.createdAt + linkDays * 24 * 3_600_000 + signersLagMs;
  if (!force && current.keys.previous !== undefined && clock().getTime() < lastLinkEnds) {
    return { outcome: 'too-early', possibleFrom: new Date(lastLinkEnds).toISOString() };
  }
  const staged = await versions.stage(requestToken, { current: newKey(), previous: current.keys.current });
  const isOld = clock().getTime() - staged.createdAt > stagedMs;
  if (staged.keys.previous !== current.keys.current || isOld) return { outcome: 'overtaken' };
  if (await versions.makeCurrent(requestToken, current.versionId)) {
    log.info('LINK KEY ROTATED', { current: requestToken, previous: current.versionId, force });
    return { outcome: 'rotated' };
  }
  const winner = await versions.current();
  return { outcome: winner.versionId === requestToken ? 'repeated' : 'overtaken' };
}
