import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startDynamoEngine } from '../../../infra/local/cloud/dynamodb-engine.ts';
import { AwsError } from '../../../infra/local/cloud/service.ts';
import { eventually } from './poll.ts';

/** Process ids of the descendants of a process, from the whole list. */
function descendants(pid: number): number[] {
  const pairs = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = pairs.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('dies with a process that is killed', async () => {
  const parent = spawn(process.execPath, [path.join(import.meta.dirname, 'engine-process.ts')], {
    stdio: 'pipe',
  });
  let told = '';
  parent.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  await eventually(() => (told.includes('TableNames') ? true : undefined), 'the engine');
  const family = descendants(parent.pid ?? 0);
  expect(family.length).toBeGreaterThanOrEqual(2);
  parent.kill('SIGKILL');
  const gone = await eventually(() => (family.some(isAlive) ? undefined : true), 'the end of the engine');
  expect(gone).toBe(true);
});

it('tells errors with their code and fields', async () => {
  const engine = await startDynamoEngine(undefined);
  try {
    const failure = await engine
      .call('GetItem', { TableName: 'missing', Key: {} })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AwsError);
    expect(failure).toMatchObject({ code: 'ResourceNotFoundException', status: 400 });
  } finally {
    await engine.stop();
  }
});
