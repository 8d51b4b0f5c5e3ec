import { AwsError } from './service.ts';

interface Version {
  readonly id: string;
  readonly value: string;
  readonly createdAt: number;
}

interface LabelledVersion extends Version {
  readonly stages: readonly string[];
}

/** "SecretString … up to 65536 bytes". */
const MAXIMUM_BYTES = 65_536;

/**
 * The versions of one secret and their staging labels. A label is on one version at a time; AWSPREVIOUS follows
 * AWSCURRENT by itself (User Guide, "What's in a secret?: Version").
 */
export class Versions {
  readonly #versions = new Map<string, Version>();
  /** Label to version id. */
  readonly #stages = new Map<string, string>();
  /** When a version was added or a label moved; absent before the first. */
  changedAt: number | undefined;

  /** Adds a version and moves the labels to it. The same id with the same value is a repeated request and changes nothing. */
  put(id: string, value: string, stages: readonly string[], now: number): void {
    if (value === '') throw new AwsError('InvalidParameterException', 'You must provide SecretString.');
    if (Buffer.byteLength(value) > MAXIMUM_BYTES) {
      throw new AwsError('ValidationException', `SecretString has more than ${MAXIMUM_BYTES} bytes.`);
    }
    const known = this.#versions.get(id);
    if (known !== undefined) {
      if (known.value === value) return;
      throw new AwsError('ResourceExistsException', `A version ${id} with another value exists already.`);
    }
    // "If this operation creates the first version … automatically attaches the staging label AWSCURRENT to it."
    const current = stages.length === 0 || this.#versions.size === 0 ? ['AWSCURRENT'] : [];
    this.#versions.set(id, { id, value, createdAt: now });
    for (const stage of [...current, ...stages]) this.#attach(stage, id);
    this.changedAt = now;
  }

  /** All versions, oldest first. One without a label is deprecated: AWS deletes it some day, here it stays. */
  list(): readonly LabelledVersion[] {
    return [...this.#versions.values()].map((version) => ({ ...version, stages: this.stagesOf(version.id) }));
  }

  /**
   * Attaches a label to the version `to`, or only takes it off `from`. A label that another version has must be taken
   * off that one in the same call (API_UpdateSecretVersionStage). Throws in AWS's words where those are known.
   */
  move(stage: string, from: string | undefined, to: string | undefined, now: number): void {
    const holder = this.#stages.get(stage);
    if (from === undefined && to === undefined) {
      throw invalid('You must provide RemoveFromVersionId, MoveToVersionId or both.');
    }
    if (to === undefined && stage === 'AWSCURRENT') {
      throw invalid(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
      );
    }
    if (to !== undefined && !this.#versions.has(to)) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for VersionId: ${to}`,
      );
    }
    if (from === undefined && holder !== undefined && holder !== to) {
      throw invalid(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    if (from !== undefined && from !== holder) {
      throw invalid(`Staging label ${stage} is not attached to version ${from}.`);
    }
    if (to === undefined) this.#stages.delete(stage);
    else this.#attach(stage, to);
    this.changedAt = now;
  }

  /** The version of an id, a label, or both; AWSCURRENT when neither is given. Throws `ResourceNotFoundException`. */
  get(id: string | undefined, stage: string | undefined): LabelledVersion {
    const wanted = id ?? this.#stages.get(stage ?? 'AWSCURRENT');
    const version = wanted === undefined ? undefined : this.#versions.get(wanted);
    if (version === undefined) {
      const what = id === undefined ? `staging label: ${stage ?? 'AWSCURRENT'}` : `VersionId: ${id}`;
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${what}`,
      );
    }
    const stages = this.stagesOf(version.id);
    if (stage !== undefined && !stages.includes(stage)) {
      throw new AwsError(
        'InvalidRequestException',
        `You provided a VersionStage that is not associated to the provided VersionId.`,
      );
    }
    return { ...version, stages };
  }

  stagesOf(id: string): readonly string[] {
    return [...this.#stages].filter(([, holder]) => holder === id).map(([stage]) => stage);
  }

  #attach(stage: string, id: string): void {
    const before = this.#stages.get(stage);
    if (stage === 'AWSCURRENT' && before !== undefined && before !== id) {
      this.#stages.set('AWSPREVIOUS', before);
    }
    this.#stages.set(stage, id);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
