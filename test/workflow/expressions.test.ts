import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { asksFor, waitSecondsOfAnswer } from '../../infra/workflows/onboarding-expressions.ts';

function evaluate(expression: string, states: object): Promise<unknown> {
  return jsonata(expression.replace(/^\{%|%\}$/g, '')).evaluate(undefined, { states });
}

describe('waitSecondsOfAnswer', () => {
  const cases: readonly (readonly [string, unknown, number])[] = [
    ['whole seconds', 300, 300],
    ['a fraction, rounded up', 12.2, 13],
    ['nothing left', 0, 1],
    ['a moment that has passed', -40, 1],
    ['no wait at all', undefined, 1],
    ['no number', '300', 1],
    ['null', null, 1],
    ['more than Step Functions takes', 1e12, 99_999_999],
  ];
  it.each(cases)('%s', async (_name, waitSeconds, expected) => {
    const answer = waitSeconds === undefined ? { next: 'end' } : { next: 'wait-for-stock', waitSeconds };
    expect(await evaluate(waitSecondsOfAnswer, { result: { Payload: answer } })).toBe(expected);
  });
});

describe('asksFor', () => {
  it('holds for the step that is asked for', async () => {
    expect(await evaluate(asksFor('test-access'), { input: { next: 'test-access' } })).toBe(true);
  });

  it.each(['end', 'test', 'test-access-again'])('does not hold for %s', async (next) => {
    expect(await evaluate(asksFor('test-access'), { input: { next } })).toBe(false);
  });

  it('does not hold without an answer', async () => {
    expect(await evaluate(asksFor('test-access'), { input: {} })).toBe(false);
  });
});
