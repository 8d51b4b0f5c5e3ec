import { beforeEach, describe, expect, it } from 'vitest';
import { aCause, later, someTime } from '../../builders/history.ts';
import type { Store } from '../in-memory-store.ts';
import { refusal, settled } from './outcomes.ts';

/** What holds for every DeliveryRepository. `open` answers an empty store. */
export function deliveryRepositoryContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });
  const outcome = { type: 'TicketUnmatched', ticketKey: 'generic:1', reason: 'unknown-requester' } as const;

  it('concludes a delivery once', async () => {
    expect(await store.deliveries.isSeen('ticket:1')).toBe(false);
    await store.deliveries.conclude('ticket:1', outcome, aCause());
    expect(await store.deliveries.isSeen('ticket:1')).toBe(true);
    expect(await store.deliveries.isSeen('ticket:2')).toBe(false);
    expect(await refusal(store.deliveries.conclude('ticket:1', outcome, aCause({ at: later(1) })))).toBe(
      'delivery-seen',
    );
  });

  it('concludes a delivery for one of several at once', async () => {
    const outcomes = await settled(
      [1, 2, 3].map((at) => store.deliveries.conclude('ticket:1', outcome, aCause({ at: later(at) }))),
    );
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
  });

  it('remembers the UUIDs that we sent on a ticket, each once', async () => {
    expect(await store.deliveries.findTicket('generic:1')).toBeUndefined();
    await store.deliveries.rememberSent('generic:1', []);
    expect(await store.deliveries.findTicket('generic:1')).toBeUndefined();
    await store.deliveries.rememberSent('generic:1', ['b', 'a']);
    await store.deliveries.rememberSent('generic:1', ['a', 'c']);
    expect(await store.deliveries.findTicket('generic:1')).toEqual({
      ticketKey: 'generic:1',
      sentUuids: ['a', 'b', 'c'],
      sentMessageIds: [],
      sentTextDigests: [],
    });
  });

  describe('answers on a ticket', () => {
    const admit = (name: string, atMost = 2) =>
      store.deliveries.admitAnswer(
        'generic:1',
        { answerId: `answer-${name}`, textDigest: `text-${name}` },
        atMost,
      );

    it('are counted once each, up to so many, and their texts are ours', async () => {
      expect(await admit('a')).toBe(true);
      expect(await admit('a')).toBe(true);
      expect(await admit('b')).toBe(true);
      expect(await admit('c')).toBe(false);
      expect(await admit('a')).toBe(true);
      expect(await store.deliveries.findTicket('generic:1')).toEqual({
        ticketKey: 'generic:1',
        sentUuids: [],
        sentMessageIds: [],
        sentTextDigests: ['text-a', 'text-b'],
      });
      expect(await store.deliveries.findTicket('generic:2')).toBeUndefined();
    });

    it('are counted once each when they come at once', async () => {
      const admitted = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => admit(name, 3)));
      expect(admitted.filter((one) => one)).toHaveLength(3);
    });

    it('have the ids by which the ticket system knows them', async () => {
      await store.deliveries.rememberSent('generic:1', ['uuid']);
      await store.deliveries.rememberMessage('generic:1', 'm-2');
      await store.deliveries.rememberMessage('generic:1', 'm-1');
      await store.deliveries.rememberMessage('generic:1', 'm-2');
      expect(await store.deliveries.findTicket('generic:1')).toMatchObject({
        sentUuids: ['uuid'],
        sentMessageIds: ['m-1', 'm-2'],
      });
    });
  });
}

/** What holds for every WaitingRoom. */
export function waitingRoomContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });
  const wait = { wait: 'wait-for-customer', attempt: 1, since: someTime } as const;
  const forStock = { ...wait, wait: 'wait-for-stock' } as const;

  it('keeps the latest token of a connection', async () => {
    expect(await store.waitingRoom.find('con_1')).toBeUndefined();
    await store.waitingRoom.enter('con_1', { ...wait, taskToken: 'one' });
    await store.waitingRoom.enter('con_1', { ...wait, taskToken: 'two' });
    expect(await store.waitingRoom.find('con_1')).toEqual({ ...wait, taskToken: 'two' });
    await store.waitingRoom.enter('con_1', { ...wait, taskToken: 'three', attempt: 2 });
    expect(await store.waitingRoom.find('con_1')).toEqual({ ...wait, taskToken: 'three', attempt: 2 });
  });

  it('never replaces the token of a newer attempt', async () => {
    await store.waitingRoom.enter('con_1', { ...wait, taskToken: 'new', attempt: 2 });
    await store.waitingRoom.enter('con_1', { ...forStock, taskToken: 'old' });
    expect((await store.waitingRoom.find('con_1'))?.taskToken).toBe('new');
    expect(await store.waitingRoom.waitingForStock()).toEqual([]);
  });

  it('lets go of the token that is named only', async () => {
    await store.waitingRoom.enter('con_1', { ...forStock, taskToken: 'one' });
    await store.waitingRoom.leave('con_1', 'other');
    await store.waitingRoom.leave('con_2', 'other');
    expect((await store.waitingRoom.find('con_1'))?.taskToken).toBe('one');
    expect(await store.waitingRoom.waitingForStock()).toEqual(['con_1']);
    await store.waitingRoom.leave('con_1', 'one');
    await store.waitingRoom.leave('con_1', 'one');
    expect(await store.waitingRoom.find('con_1')).toBeUndefined();
    expect(await store.waitingRoom.waitingForStock()).toEqual([]);
  });

  it('lists who waits for the stock, oldest first, until they wait for something else', async () => {
    await store.waitingRoom.enter('con_1', { ...forStock, taskToken: 'a', since: later(20) });
    await store.waitingRoom.enter('con_2', { ...forStock, taskToken: 'b', since: later(10) });
    await store.waitingRoom.enter('con_3', { ...wait, taskToken: 'c' });
    expect(await store.waitingRoom.waitingForStock()).toEqual(['con_2', 'con_1']);
    await store.waitingRoom.enter('con_2', { ...wait, taskToken: 'd', since: later(30) });
    expect(await store.waitingRoom.waitingForStock()).toEqual(['con_1']);
  });
}

/** What holds for every kind of sending. */
export function sendingsContract(open: () => Promise<Store>, kind: 'mails' | 'answers'): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  describe('a sending', () => {
    it('is reserved by one of several at once', async () => {
      const reservations = await Promise.all(
        [1, 2, 3, 4].map(() => store[kind].reserve('mail-1', someTime, later(-60))),
      );
      expect(reservations.filter(({ status }) => status === 'mine')).toHaveLength(1);
      expect(reservations.filter(({ status }) => status === 'unclear')).toHaveLength(3);
    });

    it('is unclear while a reservation is young, and taken over when it is stale', async () => {
      await store[kind].reserve('mail-1', someTime, later(-60));
      expect(await store[kind].reserve('mail-1', later(10), later(-50))).toEqual({
        status: 'unclear',
        since: someTime,
      });
      expect(await store[kind].reserve('mail-1', later(61), later(1))).toEqual({ status: 'mine' });
      expect(await store[kind].reserve('mail-1', later(62), later(2))).toEqual({
        status: 'unclear',
        since: later(61),
      });
    });

    it('is never sent again once it was sent', async () => {
      await store[kind].reserve('mail-1', someTime, later(-60));
      await store[kind].markSent('mail-1', 'message-1', later(1));
      await store[kind].markSent('mail-1', 'message-2', later(2));
      await store[kind].release('mail-1');
      expect(await store[kind].reserve('mail-1', later(9_000), later(8_000))).toEqual({ status: 'sent' });
    });

    it('is free again after its release', async () => {
      await store[kind].reserve('mail-1', someTime, later(-60));
      await store[kind].release('mail-1');
      await store[kind].release('mail-2');
      expect(await store[kind].reserve('mail-1', later(1), later(-59))).toEqual({ status: 'mine' });
    });

    it('is sent whether or not the other side has an id for it', async () => {
      await store[kind].reserve('mail-1', someTime, later(-60));
      await store[kind].markSent('mail-1', undefined, later(1));
      expect(await store[kind].reserve('mail-1', later(9_000), later(8_000))).toEqual({ status: 'sent' });
    });

    it('is known as sent by the word of the other side alone', async () => {
      await store[kind].markSent('mail-1', 'message-1', someTime);
      expect(await store[kind].reserve('mail-1', later(1), later(-59))).toEqual({ status: 'sent' });
    });
  });
}
