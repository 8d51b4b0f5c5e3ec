import { beforeEach, expect, it } from 'vitest';
import { codeIdOf } from '../../../shared/platform/ids.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import type { Store } from '../in-memory-store.ts';

/** What holds for every Stock. `open` answers an empty store. */
export function stockContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  const many = (count: number, prefix = 'CODE') =>
    Array.from({ length: count }, (_, index) => ({
      code: `${prefix}-${index}`,
      expiresAt: later(600 + index),
    }));

  it('is empty at first', async () => {
    expect(await store.stock.available(someTime, 5)).toEqual([]);
    expect(await store.stock.count(someTime)).toEqual({ available: 0, tooOld: 0 });
  });

  it('answers codes that live beyond an instant, soonest expiry first', async () => {
    await store.stock.add(
      [
        { code: 'late', expiresAt: later(300) },
        { code: 'soon', expiresAt: later(100) },
        { code: 'over', expiresAt: later(50) },
      ],
      aCause(),
    );
    const codes = async (after: string, limit: number) =>
      (await store.stock.available(after, limit)).map(({ code }) => code);
    expect(await codes(later(50), 5)).toEqual(['soon', 'late']);
    expect(await codes(later(49), 5)).toEqual(['over', 'soon', 'late']);
    expect(await codes(later(49), 2)).toEqual(['over', 'soon']);
    expect(await store.stock.available(later(299), 5)).toEqual([
      { codeId: codeIdOf('late'), code: 'late', expiresAt: later(300) },
    ]);
    expect(await store.stock.count(later(50))).toEqual({
      available: 2,
      tooOld: 1,
      soonest: later(100),
      latest: later(300),
    });
  });

  it('compares instants, not spellings', async () => {
    await store.stock.add([{ code: 'zone', expiresAt: '2026-03-02T12:00:00+02:00' }], aCause());
    expect(await store.stock.available('2026-03-02T10:59:00+01:00', 5)).toEqual([
      { codeId: codeIdOf('zone'), code: 'zone', expiresAt: '2026-03-02T10:00:00.000Z' },
    ]);
    expect(await store.stock.available('2026-03-02T10:00:00Z', 5)).toEqual([]);
  });

  it('adds a code once for ever, also within one list and after it was taken', async () => {
    const [code] = many(1);
    expect(await store.stock.add([code!, code!], aCause())).toEqual(['added', 'known']);
    expect(await store.stock.add([code!], aCause())).toEqual(['known']);
    expect(await store.stock.available(someTime, 5)).toHaveLength(1);
  });

  it('answers a repeated command the same and adds nothing', async () => {
    await store.stock.add(many(1), aCause({ deliveryKey: 'operator:0' }));
    const cause = aCause({ deliveryKey: 'operator:1' });
    expect(await store.stock.add(many(3), cause)).toEqual(['known', 'added', 'added']);
    expect(await store.stock.add(many(3), cause)).toEqual(['known', 'added', 'added']);
    expect(await store.stock.available(someTime, 5)).toHaveLength(3);
    expect(await store.deliveries.isSeen('operator:1')).toBe(true);
  });

  it('takes as many codes as a command holds', async () => {
    expect(new Set(await store.stock.add(many(90), aCause({ deliveryKey: 'operator:1' })))).toEqual(
      new Set(['added']),
    );
    expect((await store.stock.count(someTime)).available).toBe(90);
    expect(await store.stock.available(someTime, 60)).toHaveLength(60);
  });

  it('takes codes of several operators at once, each code once', async () => {
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((by) => store.stock.add(many(30), aCause({ by, deliveryKey: `operator:${by}` }))),
    );
    expect(answers.flat().filter((answer) => answer === 'added')).toHaveLength(30);
    expect((await store.stock.count(someTime)).available).toBe(30);
  });
}
