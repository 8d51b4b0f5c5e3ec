import { describe, expect, it } from 'vitest';
import { matches, StateError } from '../../../infra/local/cloud/states/state-error.ts';

const names = ['States.ALL', 'States.TaskFailed', 'States.Timeout', 'States.HeartbeatTimeout'];

/** Which of the wildcards, besides the error's own name, take it. */
describe('error names', () => {
  it.each([
    ['Custom', ['States.ALL', 'States.TaskFailed']],
    ['Lambda.TooManyRequestsException', ['States.ALL', 'States.TaskFailed']],
    ['States.QueryEvaluationError', ['States.ALL', 'States.TaskFailed']],
    ['States.Timeout', ['States.ALL', 'States.Timeout']],
    ['States.HeartbeatTimeout', ['States.ALL', 'States.Timeout', 'States.HeartbeatTimeout']],
    ['States.DataLimitExceeded', []],
    ['States.Runtime', []],
  ])('%s', (error, expected) => {
    const reported = new StateError(error, '');
    expect(names.filter((name) => matches([name], reported))).toEqual(expected);
  });

  it('are matched by themselves, except the one that nothing catches', () => {
    const own = (error: string) => matches(['Other', error], new StateError(error, ''));
    expect(['Custom', 'States.DataLimitExceeded', 'States.Runtime'].map(own)).toEqual([true, true, false]);
  });
});
