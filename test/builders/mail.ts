import type { MailFacts } from '../../functions/send-mail/content.ts';
import { sampleFacts } from '../../infra/local/emails/samples.ts';
import { type BusEvent, eventSource } from '../../shared/contracts/events/event.ts';
import { someTime } from './history.ts';

export function someMailFacts(overrides: Partial<MailFacts> = {}): MailFacts {
  return sampleFacts('nl', overrides);
}

/** An event about a connection as a rule delivers it. */
export function aBusEvent(type: string, detail: Partial<BusEvent['detail']> = {}): BusEvent {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    source: eventSource,
    'detail-type': type,
    time: someTime,
    detail: {
      eventId: 'con_0123456789abcdef0123-000003',
      aggregate: 'connection',
      aggregateId: 'con_0123456789abcdef0123',
      sequence: 3,
      at: someTime,
      correlationId: 'correlation-1',
      ...detail,
    },
  };
}
