import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../..');
const source = path.join(root, 'shared/token-client');

/** Entries of the package by their name in `exports`; package.json names what is made of them. */
const entries = { index: path.join(source, 'index.ts'), middy: path.join(source, 'middy.ts') };

/**
 * Builds `visma-onboarding/token-client` into `<output>/token-client/`: ES modules that import their dependencies, so that
 * a consumer's npm decides which copy of them there is, and declarations beside them. Both entries share one chunk:
 * an error is an instance of the same class, whichever entry its catcher came by.
 */
export async function buildTokenClient(output = path.join(root, 'dist')): Promise<void> {
  const folder = path.join(output, 'token-client');
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: entries,
    absWorkingDir: root,
    outdir: folder,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Names of errors are set, but a stack should be readable in somebody else's logs.
    minify: false,
    legalComments: 'none',
    logLevel: 'silent',
  });
  emitDeclarations(path.join(folder, 'types'));
}

/** Throws with TypeScript's words when the sources do not fit. */
function emitDeclarations(folder: string): void {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config.config, include: [] }, ts.sys, root);
  const program = ts.createProgram(Object.values(entries), {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: path.join(root, 'shared'),
    outDir: folder,
  });
  const host: ts.FormatDiagnosticsHost = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  };
  const declarations = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (file, text) =>
    declarations.set(path.normalize(file), text),
  );
  const wrong = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (wrong.length > 0) throw new Error(ts.formatDiagnostics(wrong, host));
  for (const name of Object.keys(entries)) {
    writeReachable(path.join(folder, 'token-client', `${name}.d.ts`), declarations);
  }
}

/** A relative import of a declaration, its extension last. */
const relative = /((?:from|import\() ?')(\.[^']+)\.ts(?=')/g;

/** Writes a declaration and those that it names: what is inside only is nobody's business outside. */
function writeReachable(file: string, declarations: Map<string, string>): void {
  const text = declarations.get(file);
  if (text === undefined) return;
  declarations.delete(file);
  mkdirSync(path.dirname(file), { recursive: true });
  // Every compiler finds declarations beside `.js`; TypeScript leaves our `.ts` as they are.
  writeFileSync(file, text.replaceAll(relative, '$1$2.js'));
  for (const [, , imported = ''] of text.matchAll(relative)) {
    writeReachable(path.join(path.dirname(file), `${imported}.d.ts`), declarations);
  }
}

if (import.meta.main) await buildTokenClient();
