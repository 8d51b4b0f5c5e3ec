import type {
  ClientSecretLabels,
  ClientSecretVersion,
  ClientSecretVersions,
} from '../../shared/adapters/secrets-manager/client-secret-versions.ts';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { RotationPolicy } from '../../shared/domain/rotation/policy.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import {
  type AskForToken,
  type Evidence,
  gatherEvidence,
  isRefusal,
  type Judgement,
  judge,
} from './judge-secret.ts';

export interface Rotation {
  readonly versions: ClientSecretVersions;
  readonly ask: AskForToken;
  /** Of active connections, `policy.tenantsTested` at most. */
  readonly tenants: () => Promise<readonly string[]>;
  readonly policy: RotationPolicy;
  readonly clock: Clock;
  readonly pause: (seconds: number) => Promise<void>;
  /** Ids of versions and words only. */
  readonly log: {
    info(line: string, facts: Readonly<Record<string, string>>): void;
    error(line: string, facts: Readonly<Record<string, string>>): void;
  };
}

export type RotationOutcome =
  | 'promoted'
  | 'staged-waits'
  | 'staged-given-up'
  | 'rolled-back'
  | 'previous-retired'
  | 'all-refused';

/**
 * One look at the labels of the client secret, and what they ask for. It remembers nothing: two runs at once, a run that
 * was killed after any call and a run too many do no harm, since every change names the version that is to lose its
 * label. What alarms is logged before it is done: a kill in between then costs a second line and not the only one.
 *
 * 1. With a previous version: the current one is refused and the previous one is not → roll back. The current one is
 *    accepted and its time is over → the previous one is no fallback any more.
 * 2. With a staged one: accepted → it becomes the current one. Still refused after `patienceSeconds` → given up.
 *
 * A version loses its last label only while another one is accepted, or when it was refused itself.
 */
export async function rotateClientSecret(rotation: Rotation): Promise<readonly RotationOutcome[]> {
  const labels = await rotation.versions.labels();
  const { previous, pending } = labels;
  if (previous === undefined && pending === undefined) return [];
  const bench = new TestBench(rotation);
  const tended = await tendFallback(rotation, bench, labels);
  const taken = await takeStaged(rotation, bench, tended.labels);
  const outcomes = [tended.outcome, taken].filter((outcome) => outcome !== undefined);
  if (outcomes.includes('all-refused') && !outcomes.includes('promoted')) {
    rotation.log.error(alarmLines.clientRejected, { current: labels.current });
  }
  return outcomes;
}

/** The current secret is healthy, or the previous one takes its place. */
async function tendFallback(
  rotation: Rotation,
  bench: TestBench,
  labels: ClientSecretLabels,
): Promise<{ readonly labels: ClientSecretLabels; readonly outcome?: RotationOutcome }> {
  const { versions, log, pause, policy } = rotation;
  const { current, previous, ...others } = labels;
  if (previous === undefined) return { labels };
  const judgement = await bench.judge(current, previous);
  if (judgement === 'accepted') {
    if (!(await isOver(rotation, bench, labels, previous))) return { labels };
    await versions.removeLabel('AWSPREVIOUS', previous);
    log.info('PREVIOUS CLIENT SECRET RETIRED', { current, previous });
    return { labels: { current, ...others }, outcome: 'previous-retired' };
  }
  if (!isRefusal(judgement)) return { labels };
  const fallback = await bench.judge(previous, current);
  if (isRefusal(fallback)) return { labels, outcome: 'all-refused' };
  if (fallback !== 'accepted') return { labels };
  // One node of Visma's that has not heard of the secret yet is no reason.
  await pause(policy.confirmSeconds);
  bench.forget(current);
  if (!isRefusal(await bench.judge(current, previous))) return { labels };
  log.error(alarmLines.clientSecretRolledBack, { refused: current, current: previous, judgement });
  await versions.makeCurrent(previous, current);
  // The label has followed to the refused version, where nobody is to look for a fallback.
  await versions.removeLabel('AWSPREVIOUS', current);
  return { labels: { current: previous, ...others }, outcome: 'rolled-back' };
}

/**
 * A fallback ends `fallbackSeconds` after the last change of a label, and so after the promotion; and, should Secrets
 * Manager not count that as a change, after the latest that a promotion usually happens. A previous version that is newer
 * than the current one is what was rolled back from: that run was cut off before it could take the label away.
 */
async function isOver(
  { clock, policy }: Rotation,
  bench: TestBench,
  { current, changedAt }: ClientSecretLabels,
  previous: string,
): Promise<boolean> {
  const { createdAt } = await bench.read(current);
  if ((await bench.read(previous)).createdAt > createdAt) return true;
  const promotedAt = Math.max(changedAt, createdAt + policy.patienceSeconds * 1_000);
  return clock().getTime() >= promotedAt + policy.fallbackSeconds * 1_000;
}

async function takeStaged(
  { versions, log, clock, policy }: Rotation,
  bench: TestBench,
  { current, pending }: ClientSecretLabels,
): Promise<RotationOutcome | undefined> {
  if (pending === undefined) return undefined;
  if (pending === current) {
    await versions.removeLabel('AWSPENDING', pending);
    return undefined;
  }
  const judgement = await bench.judge(pending, current);
  if (judgement === 'accepted') {
    await versions.makeCurrent(pending, current);
    log.info('CLIENT SECRET PROMOTED', { current: pending, previous: current });
    await versions.removeLabel('AWSPENDING', pending);
    return 'promoted';
  }
  const { createdAt } = await bench.read(pending);
  const isPatient = clock().getTime() < createdAt + policy.patienceSeconds * 1_000;
  if (judgement === 'unanswered' || (isPatient && judgement !== 'malformed')) {
    log.info('STAGED CLIENT SECRET WAITS', { staged: pending, judgement });
    return 'staged-waits';
  }
  log.error(alarmLines.clientSecretRefused, { staged: pending, judgement });
  // Not given up for a word that nobody understands: it may be the only secret that is good.
  if (!isRefusal(judgement)) return 'staged-waits';
  await versions.removeLabel('AWSPENDING', pending);
  return 'staged-given-up';
}

/** Tests each version once a run, all with the same tenants. */
class TestBench {
  readonly #rotation: Rotation;
  readonly #versions = new Map<string, Promise<ClientSecretVersion>>();
  readonly #evidence = new Map<string, Promise<Evidence | 'malformed'>>();
  #tenants: Promise<readonly string[]> | undefined;

  constructor(rotation: Rotation) {
    this.#rotation = rotation;
  }

  read(versionId: string): Promise<ClientSecretVersion> {
    const known = this.#versions.get(versionId) ?? this.#rotation.versions.read(versionId);
    this.#versions.set(versionId, known);
    return known;
  }

  /** `other` is tested only where it counts. */
  async judge(versionId: string, other: string): Promise<Judgement> {
    return judge(await this.#test(versionId), () => this.#test(other));
  }

  forget(versionId: string): void {
    this.#evidence.delete(versionId);
  }

  #test(versionId: string): Promise<Evidence | 'malformed'> {
    const known = this.#evidence.get(versionId) ?? this.#gather(versionId);
    this.#evidence.set(versionId, known);
    return known;
  }

  async #gather(versionId: string): Promise<Evidence | 'malformed'> {
    const { client } = await this.read(versionId);
    if (client === undefined) return 'malformed';
    this.#tenants ??= this.#rotation.tenants();
    return gatherEvidence(this.#rotation.ask, client, await this.#tenants);
  }
}
