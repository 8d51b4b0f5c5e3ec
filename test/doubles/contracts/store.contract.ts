import { describe } from 'vitest';
import type { Store } from '../in-memory-store.ts';
import { campaignRepositoryContract } from './campaigns.contract.ts';
import { connectionRepositoryContract } from './connections.contract.ts';
import { deliveryRepositoryContract, sendingsContract, waitingRoomContract } from './deliveries.contract.ts';
import { environmentRepositoryContract } from './environments.contract.ts';
import { healthScheduleContract } from './health-schedule.contract.ts';
import { importRepositoryContract } from './imports.contract.ts';
import { stockContract } from './stock.contract.ts';
import { tenantRepositoryContract } from './tenants.contract.ts';

/** Every port of the table. Run against the double and against the real adapter: what one does, the other does. */
export function storeContract(open: () => Promise<Store>): void {
  describe('connections', () => connectionRepositoryContract(open));
  describe('environments', () => environmentRepositoryContract(open));
  describe('tenants', () => tenantRepositoryContract(open));
  describe('stock', () => stockContract(open));
  describe('deliveries', () => deliveryRepositoryContract(open));
  describe('waiting room', () => waitingRoomContract(open));
  describe('health schedule', () => healthScheduleContract(open));
  describe('campaigns', () => campaignRepositoryContract(open));
  describe('imports', () => importRepositoryContract(open));
  describe('mails', () => sendingsContract(open, 'mails'));
  describe('answers', () => sendingsContract(open, 'answers'));
}
