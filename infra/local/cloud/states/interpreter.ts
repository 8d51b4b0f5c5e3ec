import { type ChoiceState, type State, timestamp, type WaitState } from './definition.ts';
import { HALTED } from './halt.ts';
import { historyFull } from './history.ts';
import type { Json, JsonObject } from './json.ts';
import { StateError } from './state-error.ts';
import { runTask } from './task.ts';
import type { Template } from './template.ts';
import {
  asString,
  bindingsOf,
  type Exit,
  evaluate,
  exitOf,
  limited,
  type Run,
  type Surroundings,
  secondsOf,
  type Visit,
  where,
  wrongType,
} from './visit.ts';

export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error?: string | undefined; readonly cause?: string | undefined };

/**
 * Runs states until the execution ends, or answers HALTED when it was ended from outside.
 * New values of variables are seen from the next state on; Assign and Output are evaluated with the old ones.
 */
export async function interpret(run: Run, around: Surroundings): Promise<Outcome | typeof HALTED> {
  let name = run.definition.StartAt;
  let input = run.input;
  let variables: JsonObject = {};
  for (;;) {
    const state = run.definition.States[name];
    if (state === undefined) throw new Error(`no state '${name}'`); // parseDefinition has checked it
    run.transition();
    const eventId = run.history.add(`${state.Type}StateEntered`, { name, input: JSON.stringify(input) });
    const visit: Visit = {
      name,
      input,
      variables,
      entered: { time: around.clock.now(), eventId },
      run,
      around,
    };
    try {
      if (run.history.full) throw historyFull();
      const exit = await leave(state, visit);
      if (exit === HALTED || run.halt.halted) return HALTED;
      if ('status' in exit) return exit;
      const output = limited(exit.output, visit, 'output');
      run.history.add(`${state.Type}StateExited`, {
        name,
        output,
        ...(Object.keys(exit.assign).length > 0 && {
          assignedVariables: limited(exit.assign, visit, 'variables'),
        }),
      });
      if (exit.next === undefined) return { status: 'SUCCEEDED', output: exit.output };
      variables = { ...variables, ...exit.assign };
      input = exit.output;
      name = exit.next;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      if (run.halt.halted) return HALTED;
      return { status: 'FAILED', error: error.error, cause: error.message };
    }
  }
}

async function leave(state: State, visit: Visit): Promise<Exit | Outcome | typeof HALTED> {
  switch (state.Type) {
    case 'Pass':
      return exitOf(state, visit, state.Next);
    case 'Task':
      return runTask(state, visit);
    case 'Choice':
      return choose(state, visit);
    case 'Wait':
      return waitFor(state, visit);
    case 'Succeed':
      return exitOf(state, visit, undefined);
    case 'Fail': {
      const bindings = bindingsOf(visit);
      const read = async (template: Template | undefined, field: string): Promise<string | undefined> =>
        template && asString(await evaluate(template, visit, bindings, field), visit, field);
      return {
        status: 'FAILED',
        error: await read(state.Error, 'Error'),
        cause: await read(state.Cause, 'Cause'),
      };
    }
  }
}

async function choose(state: ChoiceState, visit: Visit): Promise<Exit> {
  const bindings = bindingsOf(visit);
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    const met =
      typeof rule.Condition === 'boolean'
        ? rule.Condition
        : await evaluate(rule.Condition, visit, bindings, field);
    if (typeof met !== 'boolean') throw wrongType(visit, field, 'boolean', met);
    if (met) return exitOf(rule, visit, rule.Next);
  }
  if (state.Default !== undefined) return exitOf(state, visit, state.Default);
  throw new StateError(
    'States.NoChoiceMatched',
    where(visit, 'Failed to transition out of the state: no rule matches.'),
  );
}

async function waitFor(state: WaitState, visit: Visit): Promise<Exit | typeof HALTED> {
  const due = await dueTime(state, visit);
  const { timers } = visit.around;
  const woken = await visit.run.halt.until<'due'>((settle) => {
    const timer = timers.schedule(due, () => settle('due'));
    return () => timers.cancel(timer);
  });
  return woken === HALTED ? HALTED : exitOf(state, visit, state.Next);
}

async function dueTime(state: WaitState, visit: Visit): Promise<number> {
  if (state.Seconds !== undefined) {
    const seconds = await secondsOf(state.Seconds, visit, bindingsOf(visit), 'Seconds', 0);
    return visit.entered.time + seconds * 1000;
  }
  const { Timestamp: at } = state;
  const text = typeof at === 'object' ? await evaluate(at, visit, bindingsOf(visit), 'Timestamp') : at;
  const parsed = timestamp.safeParse(text);
  if (!parsed.success) throw wrongType(visit, 'Timestamp', 'RFC 3339 timestamp with T and Z', text ?? null);
  return Date.parse(parsed.data);
}
