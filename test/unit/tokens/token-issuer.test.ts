import { describe, expect, it } from 'vitest';
import { createVismaTokenIssuer } from '../../../shared/adapters/visma/token-issuer.ts';
import type { SourcedToken } from '../../../shared/adapters/visma/token-source.ts';
import { PermanentError, TransientError } from '../../../shared/platform/errors.ts';
import { tokenIdOf } from '../../../shared/platform/ids.ts';
import { someTenantId } from '../../builders/connection.ts';

function issuer(
  answer: () => Promise<SourcedToken>,
  scopes: readonly string[] = ['a', 'b'],
  clientId = 'isv_test',
) {
  const told: string[] = [];
  const client = { clientId, clientSecret: 's', versionId: 'v7' };
  const created = createVismaTokenIssuer({
    source: { fetch: answer },
    client: { read: async () => client, readAgain: async () => client, readPrevious: async () => undefined },
    scopes,
    onUnexplained: (error) => told.push(error.message),
    onClientRejected: () => told.push('rejected'),
    onAway: (error) => told.push(error.message),
  });
  return { ...created, told };
}
const never = () => Promise.reject(new Error('nobody asked'));

describe('Visma Connect as an issuer', () => {
  it('issues a token with its digest, its lifetime and the secret version that was accepted', async () => {
    const { issue } = issuer(async () => ({
      outcome: 'token',
      accessToken: 'a.b.c',
      expiresInSeconds: 3_600,
      secretVersion: 'v6',
    }));
    expect(await issue(someTenantId)).toEqual({
      outcome: 'issued',
      token: { accessToken: 'a.b.c', tokenId: tokenIdOf('a.b.c'), secretVersion: 'v6' },
      expiresInSeconds: 3_600,
    });
  });

  it('keeps the tokens of a client for each set of scopes, in any order', async () => {
    const keyOf = async (scopes: readonly string[], clientId?: string) =>
      (await issuer(never, scopes, clientId).client()).clientKey;
    expect(await keyOf(['a', 'b'])).toBe(await keyOf(['b', 'a', 'a']));
    expect(await keyOf(['a', 'b'])).not.toBe(await keyOf(['a']));
    expect(await keyOf(['a'])).not.toBe(await keyOf(['a'], 'isv_other'));
    expect((await issuer(never).client()).secretVersion).toBe('v7');
  });

  it.each(['not-integrated', 'missing-scopes'] as const)(
    'tells a customer’s failure: %s',
    async (outcome) => {
      const { issue, told } = issuer(async () => ({ outcome }));
      expect(await issue(someTenantId)).toEqual({
        outcome: 'refused',
        failure: { failure: 'tenant-disconnected', reason: outcome },
      });
      expect(told).toEqual([]);
    },
  );

  it('tells our own failure, and somebody hears of it', async () => {
    const { issue, told } = issuer(async () => ({ outcome: 'client-rejected' }));
    expect(await issue(someTenantId)).toEqual({
      outcome: 'refused',
      failure: { failure: 'client-rejected' },
    });
    expect(told).toEqual(['rejected']);
  });

  it('is away for as long as it said', async () => {
    const told = issuer(() => Promise.reject(new TransientError('busy', { retryAfterSeconds: 17 })));
    expect(await told.issue(someTenantId)).toEqual({ outcome: 'away', retryAfterSeconds: 17 });
    const silent = issuer(() => Promise.reject(new TransientError('gone')));
    expect(await silent.issue(someTenantId)).toEqual({ outcome: 'away' });
  });

  it('has a person look at what no document explains, and lets a mistake of ours be one', async () => {
    const { issue, told } = issuer(() => Promise.reject(new PermanentError('answered 418')));
    expect(await issue(someTenantId)).toEqual({ outcome: 'unexplained' });
    expect(told).toEqual(['answered 418']);
    await expect(issuer(() => Promise.reject(new TypeError('bug'))).issue(someTenantId)).rejects.toThrow(
      'bug',
    );
  });
});
