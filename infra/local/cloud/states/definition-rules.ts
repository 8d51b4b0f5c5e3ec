import type { Definition, State } from './definition.ts';
import type { FieldPath, Template } from './template.ts';

/** Something that Step Functions, or this interpreter, would not run as written. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** One way out of a state, with the variables that are assigned on it. */
interface Edge {
  readonly path: FieldPath;
  readonly to: string;
  readonly assigned: readonly string[];
}

/** A template of a state and which parts of `$states` it may read (spec, "Using Arguments and Output"). */
interface Field {
  readonly path: FieldPath;
  readonly template: Template;
  readonly reads: readonly string[];
}

const CONTEXT: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Execution', new Set(['Id', 'Input', 'Name', 'RoleArn', 'StartTime', 'RedriveCount'])],
  ['State', new Set(['EnteredTime', 'Name', 'RetryCount'])],
  ['StateMachine', new Set(['Id', 'Name'])],
  ['Task', new Set(['Token'])],
]);

/** Checks what a schema cannot: that the states connect, and that every expression has what it reads. */
export function findProblems(definition: Definition): Problem[] {
  const states = new Map(Object.entries(definition.States));
  const problems = [...targetProblems(definition, states)];
  if (problems.length > 0) return problems;
  const variables = reachingVariables(definition.StartAt, states);
  for (const [name, state] of states) {
    const path = ['States', name];
    const known = variables.get(name);
    if (known === undefined) {
      problems.push({ path, message: 'no state leads here' });
      continue;
    }
    const found = [
      ...taskProblems(state),
      ...fieldsOf(state).flatMap((field) => [...fieldProblems(field, state, known)]),
    ];
    problems.push(...found.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
  }
  return problems;
}

function* targetProblems(definition: Definition, states: ReadonlyMap<string, State>): Iterable<Problem> {
  if (!states.has(definition.StartAt))
    yield { path: ['StartAt'], message: `there is no state '${definition.StartAt}'` };
  for (const [name, state] of states) {
    for (const { path, to } of edgesOf(state)) {
      if (!states.has(to)) yield { path: ['States', name, ...path], message: `there is no state '${to}'` };
    }
  }
}

function* taskProblems(state: State): Iterable<Problem> {
  if (state.Type !== 'Task') return;
  for (const [field, entries] of [
    ['Retry', state.Retry ?? []] as const,
    ['Catch', state.Catch ?? []] as const,
  ]) {
    const all = entries.findIndex((entry) => entry.ErrorEquals.includes('States.ALL'));
    if (all >= 0 && all < entries.length - 1)
      yield { path: [field, all, 'ErrorEquals'], message: 'States.ALL belongs to the last entry' };
  }
  const { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout } = state;
  if (typeof heartbeat === 'number' && typeof timeout === 'number' && heartbeat >= timeout)
    yield { path: ['HeartbeatSeconds'], message: 'is smaller than TimeoutSeconds' };
  if (heartbeat !== undefined && !state.Resource.endsWith('.waitForTaskToken'))
    yield { path: ['HeartbeatSeconds'], message: 'only a task with a token can send heartbeats' };
}

function* fieldProblems(field: Field, state: State, variables: ReadonlySet<string>): Iterable<Problem> {
  for (const { path, expression } of field.template.expressions) {
    const at = [...field.path, ...path];
    for (const name of expression.facts.variables) {
      if (!variables.has(name))
        yield { path: at, message: `$${name} is no function and no state on the way here assigns it` };
    }
    for (const [part, ...inner] of expression.facts.states) {
      const message = statesProblem(part, inner, field.reads, state);
      if (message !== undefined) yield { path: at, message };
    }
  }
}

function statesProblem(
  part: string | undefined,
  [group, name]: readonly string[],
  reads: readonly string[],
  state: State,
): string | undefined {
  if (part === undefined)
    return `$states is read by field: ${reads.map((field) => `$states.${field}`).join(', ')}`;
  if (!reads.includes(part)) return `$states.${part} is not available here`;
  if (part !== 'context' || group === undefined) return undefined;
  const known = CONTEXT.get(group);
  if (known === undefined || (name !== undefined && !known.has(name)))
    return `$states.context.${group}${name === undefined ? '' : `.${name}`} does not exist`;
  if (group === 'Task' && !(state.Type === 'Task' && state.Resource.endsWith('.waitForTaskToken')))
    return '$states.context.Task exists in tasks with .waitForTaskToken only';
  return undefined;
}

/** The variables that some path to each reachable state assigns; a state that is missing cannot be reached. */
function reachingVariables(start: string, states: ReadonlyMap<string, State>): Map<string, Set<string>> {
  const reaching = new Map([[start, new Set<string>()]]);
  const pending = [start];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const state = states.get(name);
    if (state === undefined) continue;
    for (const { to, assigned } of edgesOf(state)) {
      const before = reaching.get(to);
      const after = new Set([...(before ?? []), ...(reaching.get(name) ?? []), ...assigned]);
      if (before !== undefined && before.size === after.size) continue;
      reaching.set(to, after);
      pending.push(to);
    }
  }
  return reaching;
}

function edgesOf(state: State): Edge[] {
  if (state.Type === 'Succeed' || state.Type === 'Fail') return [];
  const assigned = Object.keys(state.Assign ?? {});
  if (state.Type === 'Choice') {
    const rules = state.Choices.map((rule, index) => ({
      path: ['Choices', index, 'Next'],
      to: rule.Next,
      assigned: Object.keys(rule.Assign ?? {}),
    }));
    return state.Default === undefined
      ? rules
      : [...rules, { path: ['Default'], to: state.Default, assigned }];
  }
  const next = state.Next === undefined ? [] : [{ path: ['Next'], to: state.Next, assigned }];
  if (state.Type !== 'Task') return next;
  const caught = (state.Catch ?? []).map((catcher, index) => ({
    path: ['Catch', index, 'Next'],
    to: catcher.Next,
    assigned: Object.keys(catcher.Assign ?? {}),
  }));
  return [...next, ...caught];
}

function fieldsOf(state: State): Field[] {
  const before = ['input', 'context'];
  const result = state.Type === 'Task' ? [...before, 'result'] : before;
  const field = (path: FieldPath, value: unknown, reads: readonly string[]): Field[] =>
    isTemplate(value) ? [{ path, template: value, reads }] : [];
  const after = (owner: object, path: FieldPath, reads: readonly string[]): Field[] => [
    ...('Output' in owner ? field([...path, 'Output'], owner.Output, reads) : []),
    ...('Assign' in owner
      ? Object.entries(owner.Assign ?? {}).flatMap(([name, value]) =>
          field([...path, 'Assign', name], value, reads),
        )
      : []),
  ];
  const own = after(state, [], result);
  switch (state.Type) {
    case 'Task':
      return [
        ...field(['Arguments', 'FunctionName'], state.Arguments.FunctionName, before),
        ...field(['Arguments', 'Payload'], state.Arguments.Payload, before),
        ...field(['TimeoutSeconds'], state.TimeoutSeconds, before),
        ...field(['HeartbeatSeconds'], state.HeartbeatSeconds, before),
        ...own,
        ...(state.Catch ?? []).flatMap((catcher, index) =>
          after(catcher, ['Catch', index], [...before, 'errorOutput']),
        ),
      ];
    case 'Choice':
      return [
        ...state.Choices.flatMap((rule, index) => [
          ...field(['Choices', index, 'Condition'], rule.Condition, before),
          ...after(rule, ['Choices', index], before),
        ]),
        ...own,
      ];
    case 'Wait':
      return [
        ...field(['Seconds'], state.Seconds, before),
        ...field(['Timestamp'], state.Timestamp, before),
        ...own,
      ];
    case 'Fail':
      return [...field(['Error'], state.Error, before), ...field(['Cause'], state.Cause, before)];
    default:
      return own;
  }
}

function isTemplate(value: unknown): value is Template {
  return typeof value === 'object' && value !== null && 'expressions' in value;
}
