import { existsSync } from 'node:fs';
import path from 'node:path';
import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../infra/local/cloud/states/parse-definition.ts';
import { workflowFunctions } from '../../infra/workflows/onboarding-definition.ts';
import { nextSteps } from '../../shared/domain/connection/next-step.ts';
import { deployedDefinition, deployedStates } from './deployed-definition.ts';

const states = deployedStates();
const tasks = Object.entries(states).filter(([, state]) => state.Type === 'Task');
const functionOf = (name: string) => states[name].Arguments.FunctionName.split(':').at(-1);
const kebab = (name: string) => name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

describe('the definition', () => {
  it('is Amazon States Language', () => {
    const { isValid, errorsText } = aslValidator(JSON.parse(deployedDefinition()));
    expect(errorsText?.() ?? '').toBe('');
    expect(isValid).toBe(true);
  });

  it('is accepted by the strict parser of the local cloud', () => {
    expect(Object.keys(parseDefinition(deployedDefinition(), 'definition').States).sort()).toEqual(
      Object.keys(states).sort(),
    );
  });

  it('is JSONata throughout', () => {
    expect(JSON.parse(deployedDefinition()).QueryLanguage).toBe('JSONata');
    expect(deployedDefinition()).not.toMatch(/"(?:\w+Path|Parameters|ResultSelector|[^"]+\.\$)":/);
  });

  it('has a state for every step that a task can ask for, and none besides', () => {
    const asked = states.ChooseNextStep.Choices.map(
      ({ Condition }: { Condition: string }) => /'(.+)'/.exec(Condition)?.[1],
    );
    expect(asked.sort()).toEqual([...nextSteps].sort());
  });
});

describe('names', () => {
  it.each(tasks.map(([name]) => name))('%s calls the function of its name', (name) => {
    expect(functionOf(name)).toBe(name.startsWith('WaitFor') ? 'wait-for-fact' : kebab(name));
  });

  it.each(workflowFunctions)('functions/%s exists and is used', (folder) => {
    expect(existsSync(path.join(import.meta.dirname, '../../functions', folder))).toBe(true);
    expect(tasks.map(([name]) => functionOf(name))).toContain(folder);
  });
});

describe('every task', () => {
  it.each(tasks)('%s has a timeout, retries that end and takes ids only', (_name, state) => {
    expect(state.TimeoutSeconds).toBeDefined();
    for (const retrier of state.Retry) {
      expect(retrier).toMatchObject({ BackoffRate: 2, JitterStrategy: 'FULL' });
      expect(retrier.MaxAttempts).toBeLessThan(20);
      expect(retrier.MaxDelaySeconds).toBeLessThanOrEqual(900);
      expect(retrier.ErrorEquals).not.toContain('States.ALL');
      expect(retrier.ErrorEquals).not.toContain('PermanentError');
    }
    expect(Object.keys(state.Arguments.Payload).sort()).toEqual(
      expect.arrayContaining(['attempt', 'connectionId']),
    );
    for (const key of Object.keys(state.Arguments.Payload)) {
      expect(['attempt', 'connectionId', 'reason', 'error', 'wait', 'taskToken']).toContain(key);
    }
  });

  it.each(tasks.filter(([name]) => name !== 'FlagForAttention'))(
    '%s ends with a person when it gives up',
    (_name, state) => {
      expect(state.Catch.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], Next: 'FlagForAttention' });
    },
  );
});
