import { describe, expect, it } from 'vitest';
import {
  isUndelivered,
  recordMailOutcome,
  sesEvent,
} from '../../../functions/record-mail-outcome/record-mail-outcome.ts';

function anEvent(eventType: string, tags: Record<string, string[]>) {
  return sesEvent.parse({
    source: 'aws.ses',
    'detail-type': `Email ${eventType}`,
    time: '2026-03-02T09:00:00.000Z',
    detail: { eventType, mail: { messageId: 'message-1', tags } },
  });
}

describe('an event of SES about a mail', () => {
  it('settles the sending and names the history entry that the mail answered', async () => {
    const settled: unknown[] = [];
    const mails = { markSent: async (...given: unknown[]) => void settled.push(given) };
    const event = anEvent('Send', { mailId: ['mail-1'], eventId: ['con_1-000003'] });
    expect(await recordMailOutcome(event, { mails })).toEqual({
      outcome: 'settled',
      mailId: 'mail-1',
      eventId: 'con_1-000003',
    });
    expect(settled).toEqual([['mail-1', 'message-1', '2026-03-02T09:00:00.000Z']]);
    expect(await recordMailOutcome(anEvent('Send', {}), { mails })).toEqual({ outcome: 'not-ours' });
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
});
