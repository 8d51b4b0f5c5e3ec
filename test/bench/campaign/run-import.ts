import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LambdaService } from '../../../infra/local/cloud/lambda.ts';
import { type LocalStage, writeEndpoints } from '../../../infra/local/local-stage.ts';

export interface ImportFigures {
  readonly seconds: number;
  /** Of the operator's tool. */
  readonly toolMemoryMb: number;
  /** Of all workers of the import's functions together. */
  readonly functionsMemoryMb: number;
}

const root = path.resolve(import.meta.dirname, '../../..');

/** Imports a file with the operator's tool, in a process of its own as an operator runs it. Throws unless every row got in. */
export async function runImport(
  stage: LocalStage,
  folder: string,
  file: string,
  flags: readonly string[],
): Promise<ImportFigures> {
  const lambda = stage.cloud.service('lambda');
  if (!(lambda instanceof LambdaService)) throw new Error('The cloud runs no functions.');
  await mkdir(folder, { recursive: true });
  // The tool looks for the stage below the folder where it runs.
  await writeEndpoints(stage.endpoints, path.join(folder, '.local/endpoints.json'));
  const began = performance.now();
  const cli = path.join(root, 'infra/operator/cli.ts');
  const tool = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), cli, 'import-campaign', file, ...flags],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said: string[] = [];
  for (const stream of [tool.stdout, tool.stderr]) stream.on('data', (data) => said.push(String(data)));
  const ended = new Promise<number | null>((resolve, reject) => {
    tool.on('error', reject);
    tool.on('exit', resolve);
  });
  let exitCode: number | null | 'running' = 'running';
  const peak = { tool: 0, functions: 0 };
  void ended.then((code) => {
    exitCode = code;
  });
  while (exitCode === 'running') {
    peak.functions = Math.max(peak.functions, await lambda.memory(/Import/));
    peak.tool = Math.max(peak.tool, await peakOf(tool));
    await Promise.race([ended, pause(100)]);
  }
  const seconds = (performance.now() - began) / 1_000;
  if (exitCode !== 0) throw new Error(`The import ended with ${String(exitCode)}:\n${said.join('')}`);
  return { seconds, toolMemoryMb: megabytes(peak.tool), functionsMemoryMb: megabytes(peak.functions) };
}

/** The most that a process has held so far; 0 where there is no `/proc`. */
async function peakOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
