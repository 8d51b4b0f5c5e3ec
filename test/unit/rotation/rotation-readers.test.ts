import {
  type GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVismaClientSecret } from '../../../shared/adapters/secrets-manager/secrets.ts';
import { createTokenSource, type TokenSource } from '../../../shared/adapters/visma/token-source.ts';
import { policy, type RotationRig } from './rotation-rig.ts';
import { apply, type Kill, kills, runTogether, secrets, startedRig } from './rotation-steps.ts';

type Turn = (label: string) => Promise<unknown>;

/** A process that asks for tokens and keeps what it read of the secret, as token broker and access test do. */
function createReader(rig: RotationRig, turn: Turn): TokenSource {
  const send = async ({ input }: GetSecretValueCommand) => {
    await turn('GetSecretValue');
    const versionId = rig.secret.holders()[input.VersionStage ?? ''];
    if (versionId === undefined) throw new ResourceNotFoundException({ message: 'none', $metadata: {} });
    return { VersionId: versionId, SecretString: rig.secret.value(versionId) };
  };
  const clock = () => new Date(rig.now());
  return createTokenSource({
    tokenUrl: 'https://visma.example/connect/token',
    scopes: ['read'],
    // Beyond whatever the rotation pauses for between two looks of one request.
    timeoutMs: 600_000,
    clock,
    client: createVismaClientSecret('visma', { client: { send } as unknown as SecretsManagerClient, clock }),
    fetch: async (_url, init) => {
      await turn('token request');
      const form = new URLSearchParams(String(init?.body));
      if (!rig.portal.accepted.has(form.get('client_secret') ?? '')) {
        return Response.json({ error: 'invalid_client' }, { status: 400 });
      }
      const claims = Buffer.from(JSON.stringify({ tenant_id: form.get('tenant_id'), scope: ['read'] }));
      const token = `e30.${claims.toString('base64url')}.x`;
      return Response.json({ access_token: token, token_type: 'Bearer', expires_in: 3_600 });
    },
  });
}

type Step =
  | { readonly do: 'stage'; readonly secret: string }
  /** The current one is deleted in the portal by mistake, which it can bear while there is a fallback. */
  | { readonly do: 'lose-current' }
  /** As the runbook has it: what has no label any more is deleted in the portal. */
  | { readonly do: 'delete-old' }
  | { readonly do: 'pass'; readonly seconds: number }
  | {
      readonly do: 'run';
      readonly kills: readonly (Kill | undefined)[];
      readonly readers: readonly number[];
    };

const readers = fc.array(fc.nat({ max: 2 }), { maxLength: 3 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('stage' as const), secret: fc.constantFrom(...secrets) }),
    fc.record({ do: fc.constantFrom('lose-current' as const, 'delete-old' as const) }),
    fc.record({
      do: fc.constant('pass' as const),
      seconds: fc.constantFrom(0.1, 5, 40, 301, policy.patienceSeconds + policy.fallbackSeconds),
    }),
    fc.record({ do: fc.constant('run' as const), kills, readers }),
    fc.record({ do: fc.constant('run' as const), kills, readers }),
  ),
  { minLength: 5, maxLength: 30 },
);

describe('whoever asks for tokens', () => {
  it('gets one whatever the rotation does, from the first to the last moment', async () => {
    const used = { current: 0, previous: 0 };
    await fc.assert(
      fc.asyncProperty(steps, fc.scheduler(), async (story, scheduler) => {
        const rig = startedRig();
        let isTakingTurns = false;
        const turn: Turn = (label) =>
          isTakingTurns ? scheduler.schedule(Promise.resolve(), label) : Promise.resolve();
        const processes = [0, 1, 2].map(() => createReader(rig, turn));
        const askAll = async (which: readonly number[]) => {
          for (const answer of await Promise.all(which.map((index) => processes[index]?.fetch('tenant-1')))) {
            expect(answer, JSON.stringify({ labelled: rig.labelled() })).toMatchObject({ outcome: 'token' });
            const isCurrent =
              answer && 'secretVersion' in answer && answer.secretVersion === rig.secret.holders().AWSCURRENT;
            used[isCurrent ? 'current' : 'previous'] += 1;
          }
        };
        for (const step of story) {
          const { accepted } = rig.portal;
          const { AWSCURRENT: current = '', AWSPREVIOUS: previous = '' } = rig.labelled();
          if (step.do === 'run') {
            isTakingTurns = true;
            await runTogether(
              rig,
              { ...step, do: 'run', mishaps: [] },
              scheduler,
              () => undefined,
              [],
              () => askAll(step.readers),
            );
            isTakingTurns = false;
          } else if (step.do === 'lose-current') {
            if (accepted.has(previous) && previous !== current) accepted.delete(current);
          } else if (step.do === 'delete-old') {
            const kept = Object.values(rig.labelled());
            for (const made of accepted) if (!kept.includes(made)) accepted.delete(made);
          } else {
            if (step.do === 'stage') accepted.add(step.secret);
            apply(rig, step);
          }
          await askAll([0, 1]);
        }
      }),
      { numRuns: 400 },
    );
    console.log(JSON.stringify(used));
    expect(Math.min(used.current, used.previous)).toBeGreaterThan(100);
  }, 60_000);
});
