import { outcomeEntry } from '../../../shared/adapters/dynamodb/own-entries.ts';
import type { DeliveryRepository } from '../../../shared/domain/delivery/repository.ts';
import type { Sendings } from '../../../shared/domain/sending/sendings.ts';
import { refuse, type SendingRecords, type World } from './world.ts';

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
      const answers = world.answersOfTickets.get(ticketKey);
      if (sent === undefined && answers === undefined) return undefined;
      return {
        ticketKey,
        sentUuids: [...(sent ?? [])].sort(),
        sentMessageIds: [...(answers?.sentMessageIds ?? [])].sort(),
        sentTextDigests: [...(answers?.sentTextDigests ?? [])].sort(),
      };
    },
    rememberSent: async (ticketKey, uuids) => {
      if (uuids.length === 0) return;
      const sent = world.sentUuids.get(ticketKey) ?? new Set();
      for (const uuid of uuids) sent.add(uuid);
      world.sentUuids.set(ticketKey, sent);
    },
    admitAnswer: async (ticketKey, { answerId, textDigest }, atMost) => {
      const known = world.answersOfTickets.get(ticketKey)?.answerIds ?? new Set();
      if (!known.has(answerId) && known.size >= atMost) return false;
      const answers = world.answersOf(ticketKey);
      answers.answerIds.add(answerId);
      answers.sentTextDigests.add(textDigest);
      return true;
    },
    rememberMessage: async (ticketKey, messageId) => {
      world.answersOf(ticketKey).sentMessageIds.add(messageId);
    },
  };
}

export function inMemorySendings(records: SendingRecords): Sendings {
  return {
    reserve: async (id, at, staleBefore) => {
      const sending = records.get(id);
      if (sending?.status === 'sent') return { status: 'sent' };
      if (sending !== undefined && sending.at >= staleBefore) return { status: 'unclear', since: sending.at };
      records.set(id, { status: 'reserved', at });
      return { status: 'mine' };
    },
    markSent: async (id, messageId, at) => {
      if (records.get(id)?.status !== 'sent') records.set(id, { status: 'sent', at, messageId });
    },
    release: async (id) => {
      if (records.get(id)?.status === 'reserved') records.delete(id);
    },
  };
}
