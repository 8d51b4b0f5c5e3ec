import { AwsError } from './service.ts';

interface Version {
  readonly id: string;
  readonly value: string;
  readonly createdAt: number;
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
    this.#versions.set(id, { id, value, createdAt: now });
    for (const stage of stages.length === 0 ? ['AWSCURRENT'] : stages) this.#attach(stage, id);
  }

  /** The version of an id, a label, or both; AWSCURRENT when neither is given. Throws `ResourceNotFoundException`. */
  get(id: string | undefined, stage: string | undefined): Version & { readonly stages: readonly string[] } {
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
