import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { mailTemplatesForEsbuild } from './mail-templates.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Where the code of a function lies; the constructs take it as their asset. */
export interface Bundles {
  /** Folder with the function's `index.mjs`. Throws when there is no such function. */
  folderOf(functionName: string): string;
}

/**
 * Bundles every `functions/<name>/handler.ts` into `<output>/<name>/index.mjs`: one esbuild call for all, since twenty
 * calls take eight times as long.
 *
 * The AWS SDK is part of the bundles: the lock file decides its version, not the day on which the runtime was
 * patched, and a bundle holds only the commands that it uses.
 * No source maps: they triple what a cold start reads, and a failure is found by its error's name and log line.
 */
export async function bundleFunctions(
  functionsFolder = path.join(root, 'functions'),
  output = path.join(root, '.build'),
): Promise<Bundles> {
  const handlers = findHandlers(functionsFolder);
  const { outputFiles, warnings } = await build({
    entryPoints: [...handlers].map(([name, handler]) => ({ in: handler, out: `${name}/index` })),
    absWorkingDir: root,
    outdir: output,
    outExtension: { '.js': '.mjs' },
    // Compared with what is there: an asset's files stay untouched when nothing changed, whoever else reads them now.
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // ES modules first: they can be shaken.
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': path.join(import.meta.dirname, 'environment-credentials.ts'),
    },
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    plugins: [mailTemplatesForEsbuild()],
    logLevel: 'silent',
  });
  // Nobody would read it in the middle of a deploy.
  if (warnings.length > 0) {
    throw new Error(
      warnings.map(({ text, location }) => `${location?.file}:${location?.line} ${text}`).join('\n'),
    );
  }
  removeOthers(output, handlers);
  for (const file of outputFiles) replaceWhenChanged(file.path, file.contents);
  return {
    folderOf(functionName) {
      if (!handlers.has(functionName)) {
        const wanted = path.join(functionsFolder, functionName, 'handler.ts');
        throw new Error(`There is no function "${functionName}": ${path.relative(root, wanted)} is missing.`);
      }
      return path.join(output, functionName);
    },
  };
}

/** Function name to handler file. A folder without a handler is a mistake, not a function to skip. */
function findHandlers(functionsFolder: string): ReadonlyMap<string, string> {
  const handlers = new Map<string, string>();
  for (const folder of readdirSync(functionsFolder, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const handler = ['handler.ts', 'handler.tsx']
      .map((file) => path.join(functionsFolder, folder.name, file))
      .find((file) => existsSync(file));
    if (handler === undefined) {
      const wanted = path.join(functionsFolder, folder.name, 'handler.ts');
      throw new Error(`${path.relative(root, wanted)} is missing: a folder of functions/ is a function.`);
    }
    handlers.set(folder.name, handler);
  }
  return handlers;
}

function removeOthers(output: string, handlers: ReadonlyMap<string, string>): void {
  if (!existsSync(output)) return;
  for (const name of readdirSync(output)) {
    if (!handlers.has(name)) rmSync(path.join(output, name), { recursive: true, force: true });
  }
}

/** Whole or not at all: another run may be reading the same folder. */
function replaceWhenChanged(file: string, contents: Uint8Array): void {
  if (existsSync(file) && readFileSync(file).equals(contents)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  // Beside the folder, not inside: whatever lies inside is part of the asset.
  const draft = `${path.dirname(file)}.${process.pid}.draft`;
  writeFileSync(draft, contents);
  renameSync(draft, file);
}
