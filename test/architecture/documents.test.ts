import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as keys from '../../shared/adapters/dynamodb/keys.ts';
import { mailedEvents, spendCloudEvents, workflowEvents } from '../../shared/contracts/events/event.ts';
import { transitions } from '../../shared/domain/connection/transitions.ts';
import { entryTypes } from '../../shared/domain/history/entry-types.ts';

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
      keys.identityKey('<number, normalised>'),
      keys.claimKey(tenantId),
      keys.integratedKey(tenantId),
      keys.stockKey,
      keys.codeInStockKey('<expiresAt>', codeId),
      keys.waitingForStockKey(connectionId),
      keys.knownCodeKey(codeId),
      keys.mailKey('<mailId>'),
      // Digests and digits, which no placeholder survives.
      { pk: 'DELIVERY#<digest of its key>', sk: 'DELIVERY' },
      { pk: '<AGGREGATE>#<aggregateId>', sk: 'HISTORY#<sequence, six digits>' },
    ].map(({ pk, sk }) => `${pk} ${sk}`);
    const documented = (await rowsOf('docs/data-model.md'))
      .filter((cells) => cells.length === 4)
      .map(([, pk, sk]) => `${plain(pk)} ${plain(sk)}`);
    expect(documented.toSorted()).toEqual(built.toSorted());
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
