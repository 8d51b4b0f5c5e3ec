import { describe, expect, it } from 'vitest';
import { dataCases } from './conformance/data.ts';
import { errorCases } from './conformance/errors.ts';
import { flowCases } from './conformance/flow.ts';
import { taskCases } from './conformance/tasks.ts';
import { Rig } from './rig.ts';

// Two cases fill a history of 25,000 events: seconds on a busy machine.
describe('Amazon States Language, as the specification has it', { timeout: 60_000 }, () => {
  it.each([...flowCases, ...dataCases, ...taskCases, ...errorCases])(
    '$spec: $name',
    async ({ definition, input, work, expected }) => {
      const rig = new Rig();
      if (work !== undefined) rig.functions.set('work', work);
      const { output, cause = '', ...result } = await rig.run(definition, input ?? {});
      const { output: wanted, cause: part, invoked, ...others } = expected;
      expect(result).toMatchObject(others);
      expect(cause).toContain(part ?? '');
      if ('output' in expected) expect(JSON.parse(output)).toEqual(wanted);
      if (invoked !== undefined) expect(rig.invoked.map(({ payload }) => payload)).toEqual(invoked);
      expect(rig.lines).toEqual([]);
      // Whatever way it ended, nothing is left behind that would wake up later.
      if (expected.status !== 'RUNNING') expect(rig.states.timers()).toBe(0);
    },
  );
});
