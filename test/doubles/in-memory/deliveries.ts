import { outcomeEntry } from '../../../shared/adapters/dynamodb/own-entries.ts';
import type { DeliveryRepository } from '../../../shared/domain/delivery/repository.ts';
import type { MailRepository } from '../../../shared/domain/mail/repository.ts';
import { refuse, type World } from './world.ts';

export function inMemoryDeliveries(world: World): DeliveryRepository {
  return {
    isSeen: async (deliveryKey) => world.deliveries.has(deliveryKey),
    conclude: async (deliveryKey, outcome, cause) => {
      refuse([world.deliveries.has(deliveryKey) && 'delivery-seen']);
      world.deliveries.add(deliveryKey);
      world.append([outcomeEntry(deliveryKey, outcome, cause)], '');
    },
    findTicket: async (ticketKey) => {
      const sent = world.sentUuids.get(ticketKey);
      return sent === undefined ? undefined : { ticketKey, sentUuids: [...sent].sort() };
    },
    rememberSent: async (ticketKey, uuids) => {
      if (uuids.length === 0) return;
      const sent = world.sentUuids.get(ticketKey) ?? new Set();
      for (const uuid of uuids) sent.add(uuid);
      world.sentUuids.set(ticketKey, sent);
    },
  };
}

export function inMemoryMails(world: World): MailRepository {
  return {
    reserve: async (mailId, at, staleBefore) => {
      const mail = world.mails.get(mailId);
      if (mail?.status === 'sent') return { status: 'sent' };
      if (mail !== undefined && mail.at >= staleBefore) return { status: 'unclear', since: mail.at };
      world.mails.set(mailId, { status: 'reserved', at });
      return { status: 'mine' };
    },
    markSent: async (mailId, messageId, at) => {
      if (world.mails.get(mailId)?.status !== 'sent') {
        world.mails.set(mailId, { status: 'sent', at, messageId });
      }
    },
    release: async (mailId) => {
      if (world.mails.get(mailId)?.status === 'reserved') world.mails.delete(mailId);
    },
  };
}
