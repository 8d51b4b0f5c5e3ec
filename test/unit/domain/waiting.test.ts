import { describe, expect, it } from 'vitest';
import { askForCodes, askForMapping } from '../../../shared/domain/connection/asking.ts';
import { connectionStates } from '../../../shared/domain/connection/connection.ts';
import {
  isOver,
  nextStep,
  propagationWait,
  secondsUntil,
  waits,
} from '../../../shared/domain/connection/next-step.ts';
import {
  isLegal,
  legalPriors,
  restingStates,
  transitions,
} from '../../../shared/domain/connection/transitions.ts';
import type { EntryType } from '../../../shared/domain/history/entry-types.ts';
import {
  aCode,
  aConnection,
  aConnectionWithCode,
  aConnectionWithTenant,
  aPolicy,
} from '../../builders/connection.ts';
import { anEntry, later, someTime } from '../../builders/history.ts';

const nothing = { stockAvailable: false, mappingComplete: false };

describe('the table of transitions', () => {
  it('leads into every state but the first, and out of every state', () => {
    for (const state of connectionStates) {
      expect(transitions[state].length, state).toBeGreaterThan(0);
      expect(legalPriors(state).length, state).toBeGreaterThan(0);
    }
  });

  it('lets an activated connection be left by disconnecting and cancelling only', () => {
    expect(transitions.activated).toEqual(['disconnected', 'cancelled']);
    expect(isLegal('activated', 'tenant-id-received')).toBe(false);
  });
});

describe('the next step', () => {
  it.each(connectionStates)('of %s is the end exactly at rest', (state) => {
    const step = nextStep(aConnectionWithTenant({ state }), 1, someTime);
    expect(step.next === 'end').toBe(restingStates.includes(state));
  });

  it('of a replaced attempt is the end', () => {
    expect(nextStep(aConnection({ attempt: 2 }), 1, someTime)).toEqual({ next: 'end' });
  });

  it('waits for the customer until the code expires, at least a second', () => {
    const connection = aConnectionWithCode();
    const expiresAt = connection.invitationCode?.expiresAt ?? '';
    expect(nextStep(connection, 1, later(-90, expiresAt))).toMatchObject({ waitSeconds: 90 });
    expect(nextStep(connection, 1, later(90, expiresAt))).toMatchObject({ waitSeconds: 1 });
  });

  it('waits for the reminder of the expiry first, where there is one', () => {
    const noticeAt = later(-3600, aCode().expiresAt);
    const connection = aConnectionWithCode({ invitationCode: aCode({ noticeAt }) });
    expect(nextStep(connection, 1, later(-90, noticeAt))).toMatchObject({ waitSeconds: 90 });
    expect(nextStep(connection, 1, later(90, noticeAt))).toMatchObject({ waitSeconds: 1 });
  });

  it('counts whole seconds, rounded up', () => {
    expect(secondsUntil('2026-03-02T09:00:00.001Z', someTime)).toBe(1);
    expect(secondsUntil('2026-03-02T09:00:01.001Z', someTime)).toBe(2);
  });
});

describe('the wait for consent to spread', () => {
  const policy = aPolicy({ propagationSeconds: 900, propagationFirstWaitSeconds: 15 });
  const connection = aConnectionWithTenant({ tenantIdAt: someTime });

  it.each([
    [0, 15],
    [15, 15],
    [30, 30],
    [60, 60],
    [480, 420],
    [899.5, 1],
    [900, undefined],
  ])('after %d seconds is %s', (waited, seconds) => {
    expect(propagationWait(connection, policy, later(waited))).toBe(seconds);
  });
});

describe('a wait', () => {
  it.each(waits)('%s is over for another attempt, another state and a fact', (wait) => {
    const state = (
      {
        'wait-for-stock': 'code-requested',
        'wait-for-customer': 'code-issued',
        'wait-for-propagation': 'tenant-id-received',
        'wait-for-mapping': 'access-tested',
      } as const
    )[wait];
    const connection = aConnection({ state, consumedFact: 3 });
    const fact = anEntry({ type: 'IntegrationReported', sequence: 4 });
    expect(isOver(wait, connection, 1, [], nothing)).toBe(false);
    expect(isOver(wait, connection, 2, [], nothing)).toBe(true);
    expect(isOver(wait, { ...connection, state: 'cancelled' }, 1, [], nothing)).toBe(true);
    expect(isOver(wait, connection, 1, [fact], nothing)).toBe(true);
    expect(isOver(wait, connection, 1, [{ ...fact, type: 'SpendCloudInformed' }], nothing)).toBe(false);
    expect(isOver(wait, { ...connection, consumedFact: 4 }, 1, [fact], nothing)).toBe(false);
  });

  it('for stock or mapping is over when there is some', () => {
    expect(isOver('wait-for-stock', aConnection(), 1, [], { ...nothing, stockAvailable: true })).toBe(true);
    const tested = aConnection({ state: 'access-tested' });
    expect(isOver('wait-for-mapping', tested, 1, [], { ...nothing, mappingComplete: true })).toBe(true);
  });
});

describe('asking operators for codes', () => {
  const policy = aPolicy({ stockWaitSeconds: 100, stockPatienceSeconds: 250 });
  const requested = [
    entry(1, 'ConnectionRequested', 0, 'code-requested'),
    entry(2, 'OnboardingStarted', 0, 'code-requested'),
  ];
  const asked = [...requested, entry(3, 'InvitationCodeStockEmpty', 10, 'code-requested')];

  it('begins at once', () => {
    expect(askForCodes(requested, policy, later(10))).toEqual({
      ask: true,
      waitSeconds: 100,
      overdue: false,
    });
  });

  it('goes on with what is left of a wait that was ended by something else', () => {
    expect(askForCodes(asked, policy, later(70))).toEqual({ ask: false, waitSeconds: 40, overdue: false });
  });

  it('asks again after each wait and stops waiting when patience ends', () => {
    expect(askForCodes(asked, policy, later(110))).toMatchObject({ ask: true, waitSeconds: 100 });
    expect(askForCodes(asked, policy, later(210))).toMatchObject({ ask: true, waitSeconds: 40 });
    expect(askForCodes(asked, policy, later(250))).toMatchObject({ overdue: true });
  });

  it('is patient anew for a further execution and for a further code', () => {
    const resumed = [...asked, entry(4, 'OnboardingStarted', 300, 'code-requested')];
    expect(askForCodes(resumed, policy, later(310))).toMatchObject({ ask: true, overdue: false });
    const returned = [
      ...asked,
      entry(4, 'InvitationCodeIssued', 200, 'code-issued'),
      entry(5, 'ConnectionRequested', 900, 'code-requested'),
    ];
    expect(askForCodes(returned, policy, later(910))).toMatchObject({ ask: true, overdue: false });
  });
});

describe('asking operators for a mapping', () => {
  const policy = aPolicy({ mappingWaitSeconds: 100 });
  const tested = [entry(1, 'AccessTested', 0, 'access-tested')];
  const asked = [...tested, entry(2, 'MappingMissing', 5, 'access-tested')];

  it('happens once, and its deadline does not move', () => {
    expect(askForMapping(tested, policy, later(5))).toMatchObject({ ask: true, waitSeconds: 100 });
    expect(askForMapping(asked, policy, later(65))).toMatchObject({ ask: false, waitSeconds: 40 });
    expect(askForMapping(asked, policy, later(105))).toMatchObject({ waitSeconds: 1, overdue: true });
  });

  it('happens again after another access test', () => {
    const again = [
      ...asked,
      entry(3, 'TenantIdReceived', 200, 'tenant-id-received'),
      entry(4, 'AccessTested', 210, 'access-tested'),
    ];
    expect(askForMapping(again, policy, later(210))).toMatchObject({ ask: true, waitSeconds: 100 });
  });
});

function entry(sequence: number, type: EntryType, seconds: number, state: string) {
  return anEntry({ sequence, type, detail: { state }, cause: { at: later(seconds) } });
}
