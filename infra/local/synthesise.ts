import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything that the assembly is made from. */
const sources = [
  'infra/*.ts',
  'infra/{stacks,constructs,workflows,bundling}/**/*',
  '{functions,shared}/**/*',
  'package-lock.json',
  'cdk.json',
];

/**
 * Synthesises the app for stage `local` and answers the assembly's folder under `.local/assemblies/`. A folder is named
 * after what its sources hold, so that nothing is done when none has changed, and it appears whole or not at all:
 * several runs may want it at once.
 */
export async function synthesise(): Promise<string> {
  const digest = await digestOf(sources);
  const folder = join('.local', 'assemblies', digest.slice(0, 16));
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}.draft`;
  await mkdir(draft, { recursive: true });
  try {
    await run(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
      CDK_OUTDIR: draft,
      CDK_CONTEXT_JSON: JSON.stringify({ stage: 'local' }),
    });
    // Another run was faster: its folder holds the same.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function digestOf(patterns: readonly string[]): Promise<string> {
  const files: string[] = [];
  for await (const entry of glob([...patterns], { withFileTypes: true })) {
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  }
  const hash = createHash('sha256').update(process.version);
  for (const file of files.sort()) hash.update(file).update(await readFile(file));
  return hash.digest('hex');
}

function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The app could not be synthesised (exit code ${code}):\n${complaints}`));
    });
  });
}
