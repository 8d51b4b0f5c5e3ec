import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as keys from '../../shared/adapters/dynamodb/keys.ts';
import {
  campaignEvents,
  mailedEvents,
  spendCloudEvents,
  ticketAnswerEvents,
  workflowEvents,
} from '../../shared/contracts/events/event.ts';
import { transitions } from '../../shared/domain/connection/transitions.ts';
import { entryTypes } from '../../shared/domain/history/entry-types.ts';
import * as client from '../../shared/token-client/index.ts';

/** Cells of the tables in a document, row by row, without heads. */
async function rowsOf(file: string): Promise<readonly (readonly string[])[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('|'));
  const isRule = (line: string | undefined) => line !== undefined && /^\|[-|]+\|$/.test(line);
  return lines
    .filter((line, index) => !isRule(line) && !isRule(lines[index + 1]))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

const plain = (cell = '') => cell.replaceAll('`', '');

describe('docs/events.md', () => {
  it('has a row for each type of entry, in its order', async () => {
    const documented = (await rowsOf('docs/events.md')).map(([event]) => plain(event));
    expect(documented).toEqual(Object.values(entryTypes).flat());
  });

  it.each([
    ['mail', mailedEvents],
    ['execution', workflowEvents],
    ['Spend Cloud', spendCloudEvents],
    ['ticket', ticketAnswerEvents],
    ['membership', campaignEvents],
  ] as const)('says "%s" where the rule matches, and nowhere else', async (word, matched) => {
    const rows = await rowsOf('docs/events.md');
    const saying = rows.filter((cells) => cells.at(-1)?.includes(word)).map(([event]) => plain(event));
    expect(saying.toSorted()).toEqual([...matched].sort());
  });
});

describe('docs/data-model.md', () => {
  it('has the keys that the code builds', async () => {
    const { connectionId, environmentId, tenantId, codeId } = {
      connectionId: '<connectionId>',
      environmentId: '<environmentId>',
      tenantId: '<tenantId>',
      codeId: '<codeId>',
    };
    const ticket = '<system>:<ticketId>';
    const built = [
      keys.connectionKey(connectionId),
      keys.waitingKey(connectionId),
      keys.environmentKey(environmentId),
      keys.connectionOfEnvironmentKey(environmentId, connectionId),
      keys.contactKey('<address, lower case>', environmentId),
      keys.ticketItemKey(ticket),
      keys.connectionOfTicketKey(ticket, connectionId),
      keys.ticketOfConnectionKey(connectionId, ticket),
      keys.identityKey('<number, normalised>'),
      keys.claimKey(tenantId),
      keys.integratedKey(tenantId),
      keys.stockKey,
      keys.codeInStockKey('<expiresAt>', codeId),
      keys.waitingForStockKey(connectionId),
      keys.knownCodeKey(codeId),
      keys.mailKey('<mailId>'),
      keys.answerKey('<answerId>'),
      keys.campaignKey('<campaignId>'),
      keys.snapshotKey('<campaignId>', '<at>'),
      keys.importKey('<importId>'),
      { pk: 'IMPORT#<importId>', sk: 'BATCH#<number>' },
      keys.membershipKey(environmentId),
      keys.pausedKey('<campaignId>', environmentId),
      { pk: 'REMINDER#<campaignId>#<rung, three digits>#<shard>', sk: environmentId },
      keys.tokenKey({ tenantId, clientKey: '<clientKey>' }),
      keys.clientFailureKey('<clientKey>'),
      // Digests and digits, which no placeholder survives.
      { pk: 'DELIVERY#<digest of its key>', sk: 'DELIVERY' },
      keys.healthTallyKey('<period>'),
      { pk: keys.healthPk, sk: '<place, four hexadecimal digits>#<connectionId>' },
      { pk: '<AGGREGATE>#<aggregateId>', sk: 'HISTORY#<sequence, six digits>' },
    ].map(({ pk, sk }) => `${pk} ${sk}`);
    const documented = (await rowsOf('docs/data-model.md'))
      .filter((cells) => cells.length === 4)
      .map(([, pk, sk]) => `${plain(pk)} ${plain(sk)}`);
    expect(documented.toSorted()).toEqual(built.toSorted());
  });
});

describe('docs/token-client.md', () => {
  it('has a row for each error of the token client', async () => {
    const of = { connectionId: 'con_1' };
    const errors = [
      new client.VismaTemporarilyUnavailable(of, 1),
      new client.VismaAdministrationNotMapped(of),
      new client.VismaConnectionNotActive(of, 'expired'),
      new client.VismaTenantDisconnected(of, 'not-integrated'),
      new client.VismaClientRejected(),
      new client.VismaTokenRefused(of),
      new client.VismaWrongOrganisation(of),
      new client.VismaTokenFault('unset'),
    ];
    expect(errors).toHaveLength(
      Object.keys(client).filter((name) => /^Visma(?!TokenError)/.test(name)).length,
    );
    const documented = (await rowsOf('docs/token-client.md'))
      .filter((cells) => cells.length === 5)
      .map(([name, code, , retry]) => [plain(name), plain(code), retry?.includes('yes')]);
    expect(documented).toEqual(
      errors.map(({ name, code }) => [name, code, name === 'VismaTemporarilyUnavailable']),
    );
  });
});

describe('README.md', () => {
  it('draws steps between states that the table of transitions allows', async () => {
    const readme = await readFile('README.md', 'utf8');
    const [, diagram = ''] = /stateDiagram-v2(.*?)```/s.exec(readme) ?? [];
    const arrows = [...diagram.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from = '', to = '']) =>
      [from, to].map((state) => state.replaceAll('_', '-')),
    );
    const legal = Object.entries(transitions).flatMap(([from, all]) => all.map((to) => `${from} ${to}`));
    expect(arrows.length).toBeGreaterThan(8);
    expect(legal).toEqual(expect.arrayContaining(arrows.map((arrow) => arrow.join(' '))));
  });
});
