import { describe, expect, it } from 'vitest';
import { planAnswers } from '../../../functions/answer-ticket/plan-answers.ts';
import { standingOf } from '../../../functions/answer-ticket/standing.ts';
import { answeredEvents, type BusEvent, ticketAnswerEvents } from '../../../shared/contracts/events/event.ts';
import { accessTestFailures, type Connection } from '../../../shared/domain/connection/connection.ts';
import {
  aCode,
  aConnection,
  aConnectionWithCode,
  aConnectionWithTenant,
  aDisconnectedConnection,
  aTestedConnection,
} from '../../builders/connection.ts';
import { someTime } from '../../builders/history.ts';
import { answerRig } from './answer-rig.ts';

const { codeId } = aCode();
const { spendCloudInformedAt: _untold, ...untold } = aTestedConnection({ state: 'activated' });
const attention = { reason: 'visma-unavailable', from: 'tenant-id-received' } as const;
const integrated = aConnectionWithCode({ state: 'app-integrated', integratedAt: someTime });
const failed = (reason: Connection['lastFailure'] & string) =>
  aConnectionWithTenant({ state: 'code-issued', lastFailure: reason });

async function answerTo(
  type: string,
  connection: Connection,
  detail: Partial<BusEvent['detail']> = {},
): Promise<string | undefined> {
  const { store, event } = await answerRig([connection]);
  const planned = await planAnswers(event(type, connection, detail), {
    ...store,
    now: () => new Date(someTime),
  });
  expect(planned.map(({ ticketKey }) => ticketKey)).toEqual(['generic:1']);
  return planned[0]?.answer?.text;
}

describe('an event', () => {
  it.each<[string, Connection, Partial<BusEvent['detail']>, RegExp]>([
    ['InvitationCodeIssued', aConnectionWithCode(), { codeId }, /geregistreerde contact/],
    ['InvitationCodeResent', aConnectionWithCode(), { codeId }, /geregistreerde contact/],
    ['InvitationCodeExpired', aConnectionWithCode({ state: 'expired' }), { codeId }, /is verlopen/],
    ['InvitationCodeStockEmpty', aConnection(), {}, /duurt iets langer/],
    ['AppIntegrated', integrated, {}, /Stuur ons nog de Tenant ID/],
    ['AttentionNeeded', aConnection({ state: 'needs-attention', attention }), attention, /kijkt mee/],
    ['MappingMissing', aTestedConnection(), {}, /Wijs de administraties toe/],
    ['ConnectionRejected', aConnectionWithCode(), {}, /hoort niet bij/],
    ['ConnectionCancelled', aConnection({ state: 'cancelled' }), {}, /stopgezet/],
    ['SpendCloudInformed', aTestedConnection({ state: 'activated' }), {}, /is actief/],
  ])('%s is answered', async (type, connection, detail, words) => {
    expect(await answerTo(type, connection, detail)).toMatch(words);
  });

  it.each<[string, Connection, Partial<BusEvent['detail']>]>([
    ['InvitationCodeIssued', aConnectionWithCode({ invitationCode: aCode({ code: 'ANOTHER' }) }), { codeId }],
    ['InvitationCodeIssued', aTestedConnection({ state: 'cancelled' }), { codeId: 'code_old' }],
    ['InvitationCodeExpired', aConnectionWithTenant(), { codeId }],
    ['InvitationCodeStockEmpty', aConnectionWithCode(), {}],
    ['AppIntegrated', aConnectionWithTenant(), {}],
    ['AccessTestFailed', aTestedConnection(), { reason: 'no-licence' }],
    ['AttentionNeeded', aTestedConnection({ state: 'activated' }), attention],
    ['MappingMissing', aTestedConnection({ state: 'activated' }), {}],
    ['ConnectionCancelled', aConnection(), {}],
    ['SpendCloudInformed', aDisconnectedConnection(), {}],
    ['SpendCloudInformed', untold, {}],
    ['ConnectionRejected', aConnectionWithTenant(), {}],
    ['ConnectionRejected', aTestedConnection({ state: 'activated' }), {}],
  ])('%s that is no longer so is not', async (type, connection, detail) => {
    expect(await answerTo(type, connection, detail)).toBeUndefined();
  });

  it.each(accessTestFailures.filter((reason) => reason !== 'client-rejected'))(
    'of a failed test is answered with what to do: %s',
    async (reason) => {
      const text = await answerTo('AccessTestFailed', failed(reason), { reason });
      expect(text?.split('\n\n')).toHaveLength(4);
    },
  );

  it.each<[string, Connection, Partial<BusEvent['detail']>]>([
    ['our own client refused', failed('client-rejected'), { reason: 'client-rejected' }],
    ['a test that nobody asked for', failed('no-licence'), { reason: 'no-licence', quiet: true }],
  ])('of %s is none of the customer’s', async (_what, connection, detail) => {
    expect(await answerTo('AccessTestFailed', connection, detail)).toBeUndefined();
  });

  it.each(['identity-mismatch', 'identity-unclear'] as const)(
    'that asks operators about %s says no more than the failed test before it',
    async (reason) => {
      const asked = aConnectionWithTenant({
        state: 'needs-attention',
        lastFailure: reason,
        attention: { reason, from: 'tenant-id-received' },
      });
      expect(await answerTo('AttentionNeeded', asked, { reason })).toBeUndefined();
      expect(await answerTo('AccessTestFailed', asked, { reason })).toContain('medewerker');
    },
  );

  it.each(ticketAnswerEvents.filter((type) => !answeredEvents.some((one) => one === type)))(
    '%s moves the ticket and says nothing',
    async (type) => {
      expect(await answerTo(type, aDisconnectedConnection(), { at: someTime })).toBeUndefined();
    },
  );
});

describe('whose turn it is', () => {
  it.each<[string, Connection, string]>([
    ['a code is awaited', aConnection(), 'vendor'],
    ['a code is out', aConnectionWithCode(), 'customer'],
    ['the tenant ID is missing', integrated, 'customer'],
    ['the tenant ID is there', { ...integrated, tenantId: 'tenant' }, 'vendor'],
    ['access is tested', aConnectionWithTenant(), 'vendor'],
    ['a failed test is to be repaired', failed('not-integrated'), 'customer'],
    ['a licence is missing', { ...integrated, tenantId: 'tenant', lastFailure: 'no-licence' }, 'customer'],
    ['the mapping is missing', aTestedConnection(), 'customer'],
    ['an operator decides', aConnection({ state: 'needs-attention', attention }), 'vendor'],
    ['the code has expired', aConnectionWithCode({ state: 'expired' }), 'customer'],
    ['it is disconnected', aDisconnectedConnection(), 'customer'],
    ['it is active', aTestedConnection({ state: 'activated' }), 'nobody'],
    ['Spend Cloud has not heard that it is active', untold, 'vendor'],
    ['it is cancelled', aConnection({ state: 'cancelled' }), 'vendor'],
  ])('when %s', (_when, connection, turn) => {
    expect(standingOf([connection]).turn).toBe(turn);
  });

  const states = (...all: Connection['state'][]) =>
    standingOf(all.map((state) => aTestedConnection({ state })));

  it('is the customer’s as soon as one company waits for him', () => {
    expect(states('activated', 'code-requested', 'code-issued')).toEqual({
      turn: 'customer',
      activeCompanies: 1,
      companies: 3,
    });
    expect(states('activated', 'code-requested').turn).toBe('vendor');
  });

  it('does not wait for a company that was cancelled', () => {
    expect(states('activated', 'cancelled')).toEqual({ turn: 'nobody', activeCompanies: 1, companies: 1 });
    expect(states('cancelled', 'cancelled')).toEqual({ turn: 'vendor', activeCompanies: 0, companies: 0 });
    expect(states().turn).toBe('vendor');
  });
});
