import { describe, expect, it } from 'vitest';
import { readableLine } from '../../../infra/local/log-line.ts';

const line = (fields: object) =>
  JSON.stringify({
    level: 'INFO',
    message: 'SPEND CLOUD',
    timestamp: '2026-03-02T09:00:01.000Z',
    service: 'tell-spend-cloud',
    function_name: 'x',
    cold_start: true,
    ...fields,
  });

describe('a readable log line', () => {
  it('shows time, function, message and what is particular to it', () => {
    expect(readableLine('queue', line({ outcome: 'told' }))).toBe(
      '09:00:01 tell-spend-cloud       SPEND CLOUD outcome=told',
    );
  });

  it('leaves out that an invocation started and completed, unless asked', () => {
    expect(readableLine('x', line({ message: 'STARTED' }))).toBeUndefined();
    expect(readableLine('x', line({ message: 'STARTED' }), true)).toContain('STARTED');
    expect(readableLine('x', line({ message: 'FAILED', level: 'ERROR' }))).toContain('ERROR FAILED');
  });

  it('shows a line that is no JSON as it is, without control characters', () => {
    expect(readableLine('cloud', 'red \u001b[31malert\n')).toBe('         cloud  red �[31malert');
  });
});
