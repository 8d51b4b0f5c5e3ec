import { describe, expect, it } from 'vitest';
import { createChaos, noChaos } from '../../../infra/local/cloud/chaos.ts';

const draws = (seed: number, what: string) => {
  const chaos = createChaos({ seed, duplicates: 0.3, reorder: 0.3, delayMs: 100 });
  return Array.from({ length: 200 }, () => [chaos.copies(what), chaos.delay(what), chaos.shuffle(what)]);
};

const aCall = { action: 'dynamodb:Query', invocation: 'i', event: '{}' };

describe('chaos', () => {
  it('repeats itself for a seed and differs for another', () => {
    expect(draws(5, 'queue')).toEqual(draws(5, 'queue'));
    expect(draws(5, 'queue')).not.toEqual(draws(6, 'queue'));
    expect(draws(5, 'queue')).not.toEqual(draws(5, 'rule'));
  });

  it('keeps the choices of one queue apart from the traffic of another', () => {
    const alone = createChaos({ seed: 9, duplicates: 0.5 });
    const busy = createChaos({ seed: 9, duplicates: 0.5 });
    const expected = Array.from({ length: 50 }, () => alone.copies('a'));
    const actual = Array.from({ length: 50 }, () => {
      busy.copies('b');
      return busy.copies('a');
    });
    expect(actual).toEqual(expected);
  });

  it('comes near the shares it was given and stays within its bounds', () => {
    const chaos = createChaos({ seed: 1, duplicates: 0.25, delayMs: 10 });
    const copies = Array.from({ length: 4000 }, () => chaos.copies('x'));
    const share = copies.filter((count) => count === 2).length / copies.length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
    const delays = Array.from({ length: 500 }, () => chaos.delay('x'));
    expect(Math.min(...delays)).toBe(0);
    expect(Math.max(...delays)).toBe(10);
    const numbers = Array.from({ length: 500 }, () => chaos.random());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  it('kills one function at one call', () => {
    const chaos = createChaos({ seed: 1, kill: { function: 'sender', call: 7, when: 'after' } });
    expect(chaos.kill('sender', 7, aCall)).toBe('after');
    expect(chaos.kill('sender', 8, aCall)).toBe('no');
    expect(chaos.kill('other', 7, aCall)).toBe('no');
    const any = createChaos({ seed: 1, kill: { call: 3, when: 'before' } });
    expect(any.kill('whoever', 3, aCall)).toBe('before');
  });

  it('can be absent', () => {
    expect([
      noChaos.copies('x'),
      noChaos.delay('x'),
      noChaos.shuffle('x'),
      noChaos.kill('x', 1, aCall),
    ]).toEqual([1, 0, false, 'no']);
  });

  it.each([{ duplicates: 2 }, { reorder: -1 }, { delayMs: -1 }])('refuses %j', (options) => {
    expect(() => createChaos({ seed: 1, ...options })).toThrow(/^chaos: /);
  });
});
