import { describe, expect, it } from 'vitest';
import {
  isLostToColleague,
  isUndelivered,
  recordMailOutcome,
  sesEvent,
} from '../../../functions/record-mail-outcome/record-mail-outcome.ts';
import { eventDetail, toEventDetail } from '../../../shared/contracts/events/event.ts';
import { anEnvironment, anEnvironmentChange } from '../../builders/environment.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const address = 'finance@voorbeeld.example';
const time = '2026-03-02T09:00:00.000Z';
const ours = { mailId: ['mail-1'], eventId: ['con_1-000003'], environmentId: ['voorbeeld'] };

function anEvent(
  eventType: string,
  tags: Record<string, string[]>,
  more: object = {},
  messageId = 'message-1',
) {
  return sesEvent.parse({
    source: 'aws.ses',
    'detail-type': `Email ${eventType}`,
    time,
    detail: { eventType, mail: { messageId, tags, destination: [address] }, ...more },
  });
}

const bounce = (bounceType = 'Permanent', messageId?: string) =>
  anEvent('Bounce', ours, { bounce: { bounceType } }, messageId);
const complaint = (complaintFeedbackType: string | null = 'abuse') =>
  anEvent('Complaint', ours, { complaint: { complaintFeedbackType } });

function scene() {
  const store = createInMemoryStore();
  const other = { email: 'directie@voorbeeld.example', name: '' };
  const environment = anEnvironment();
  store.given({ environments: [{ ...environment, contacts: [...environment.contacts, other] }] });
  return {
    store,
    record: (event: ReturnType<typeof anEvent>) => recordMailOutcome(event, store),
    contacts: async () => (await store.environments.find('voorbeeld'))?.contacts,
    entries: async () => store.environments.history('voorbeeld'),
  };
}

describe('an event of SES about a mail', () => {
  it('settles the sending and names the history entry that the mail answered', async () => {
    const settled: unknown[] = [];
    const mails = { markSent: async (...given: unknown[]) => void settled.push(given) };
    const { environments } = createInMemoryStore();
    const event = anEvent('Send', { mailId: ['mail-1'], eventId: ['con_1-000003'] });
    expect(await recordMailOutcome(event, { mails, environments })).toEqual({
      outcome: 'settled',
      mailId: 'mail-1',
      eventId: 'con_1-000003',
    });
    expect(settled).toEqual([['mail-1', 'message-1', time]]);
    expect(await recordMailOutcome(anEvent('Send', {}), { mails, environments })).toEqual({
      outcome: 'not-ours',
    });
    expect(settled).toHaveLength(1);
  });

  it.each([
    ['Bounce', true],
    ['Complaint', true],
    ['Reject', true],
    ['Send', false],
    ['Delivery', false],
  ])('tells whether the addressee lacks the mail: %s', (eventType, undelivered) => {
    expect(isUndelivered(anEvent(eventType, {}))).toBe(undelivered);
  });

  it('tells whether a colleague never gets it, whom nobody marks: no environment, and for good', () => {
    const { environmentId: _, ...colleague } = ours;
    const bounced = (tags: Record<string, string[]>, bounceType: string) =>
      isLostToColleague(anEvent('Bounce', tags, { bounce: { bounceType } }));
    expect(bounced(colleague, 'Permanent')).toBe(true);
    expect(isLostToColleague(anEvent('Reject', colleague))).toBe(true);
    expect(bounced(colleague, 'Transient')).toBe(false);
    expect(isLostToColleague(anEvent('Delivery', colleague))).toBe(false);
    expect(bounced(ours, 'Permanent')).toBe(false);
    expect(bounced({}, 'Permanent')).toBe(false);
  });
});

describe('a contact whom mails do not reach', () => {
  it.each([
    ['bounce', bounce()],
    ['complaint', complaint()],
    ['complaint', complaint(null)],
  ])('is marked: %s', async (reason, event) => {
    const { record, contacts } = scene();
    expect(await record(event)).toMatchObject({ outcome: 'contact-marked' });
    const [marked, other] = (await contacts()) ?? [];
    expect(marked).toMatchObject({ email: address, undeliverable: { reason, at: time } });
    expect(other).not.toHaveProperty('undeliverable');
  });

  it('is told of without the address', async () => {
    const { record, entries } = scene();
    await record(bounce());
    const [entry] = await entries();
    expect(entry).toMatchObject({ type: 'ContactUndeliverable', by: 'mail-service' });
    expect(JSON.stringify(entry)).not.toContain(address);
    expect(eventDetail.parse(toEventDetail(entry!))).toMatchObject({
      environmentId: 'voorbeeld',
      reason: 'bounce',
    });
  });

  it('is marked once, however often and for however many mails the service says so', async () => {
    const { record, entries } = scene();
    await Promise.all([record(bounce()), record(bounce()), record(complaint())]);
    expect(await record(bounce('Permanent', 'message-2'))).toMatchObject({ outcome: 'settled' });
    expect(await entries()).toHaveLength(1);
  });

  it('is not marked again by a late repetition when an operator has put him right', async () => {
    const { store, record, contacts } = scene();
    await record(bounce());
    const marked = (await store.environments.find('voorbeeld'))!;
    const healed = { ...marked, contacts: anEnvironment().contacts };
    await store.environments.save(anEnvironmentChange(healed, marked));
    expect(await record(bounce())).toMatchObject({ outcome: 'settled' });
    expect((await contacts())?.[0]).not.toHaveProperty('undeliverable');
  });

  it.each([
    ['a full mailbox', bounce('Transient')],
    ['an unclear bounce', bounce('Undetermined')],
    ['feedback that it is no spam', complaint('not-spam')],
    ['a delivery', anEvent('Delivery', ours)],
    [
      'a mail to operators',
      anEvent('Bounce', { mailId: ['mail-1'] }, { bounce: { bounceType: 'Permanent' } }),
    ],
    [
      'an environment that is unknown',
      anEvent('Bounce', { ...ours, environmentId: ['elders'] }, { bounce: { bounceType: 'Permanent' } }),
    ],
  ])('is not marked by %s', async (_, event) => {
    const { record, contacts, entries } = scene();
    expect(await record(event)).toMatchObject({ outcome: 'settled' });
    expect(JSON.stringify(await contacts())).not.toContain('undeliverable');
    expect(await entries()).toEqual([]);
  });
});
