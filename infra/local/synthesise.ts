import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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
 * Synthesises the app for stage `local` into `.local/` and answers the assembly's folder. Nothing is done when no
 * source has changed since the last time for these ports.
 */
export async function synthesise(portBase: number): Promise<string> {
  const folder = join('.local', `assembly-${portBase}`);
  const stamp = join(folder, 'sources.sha256');
  const digest = await digestOf(sources);
  const known = await readFile(stamp, 'utf8').catch(() => undefined);
  if (known === digest) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
    CDK_OUTDIR: folder,
    CDK_CONTEXT_JSON: JSON.stringify({ stage: 'local', 'aws:cdk:disable-stack-trace': true }),
    LOCAL_PORT_BASE: String(portBase),
  });
  await writeFile(stamp, digest);
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
