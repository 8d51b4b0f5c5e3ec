import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundling/bundle-functions.ts';

function functionsFolder(handlers: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'functions-'));
  for (const [file, source] of Object.entries(handlers)) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), source);
  }
  return folder;
}
const output = () => path.join(mkdtempSync(path.join(tmpdir(), 'output-')), 'build');

const two = {
  'greet-customer/words.ts': 'export const words: string = "hello";',
  'greet-customer/handler.ts': 'import { words } from "./words.ts"; export const handler = () => words;',
  'leave-quietly/handler.tsx': 'export const handler = async (): Promise<number> => 7;',
};

describe('bundling', () => {
  it('makes one module a function, and nothing else', async () => {
    const bundles = await bundleFunctions(functionsFolder(two), output());
    for (const name of ['greet-customer', 'leave-quietly']) {
      expect(readdirSync(bundles.folderOf(name))).toEqual(['index.mjs']);
    }
    const { handler } = await import(path.join(bundles.folderOf('greet-customer'), 'index.mjs'));
    expect(handler()).toBe('hello');
  });

  it('makes the same bytes wherever they go', async () => {
    const folder = functionsFolder(two);
    const [one, other] = [await bundleFunctions(folder, output()), await bundleFunctions(folder, output())];
    const read = (bundles: typeof one) =>
      readFileSync(path.join(bundles.folderOf('greet-customer'), 'index.mjs'), 'utf8');
    expect(read(one)).toBe(read(other));
    expect(read(one)).not.toContain(tmpdir());
  });

  it('leaves a bundle alone that has not changed, and removes one whose function is gone', async () => {
    const target = output();
    const before = await bundleFunctions(functionsFolder(two), target);
    const written = statSync(path.join(before.folderOf('greet-customer'), 'index.mjs')).mtimeMs;
    const { 'leave-quietly/handler.tsx': _gone, ...rest } = two;
    const after = await bundleFunctions(functionsFolder(rest), target);
    expect(statSync(path.join(after.folderOf('greet-customer'), 'index.mjs')).mtimeMs).toBe(written);
    expect(readdirSync(target)).toEqual(['greet-customer']);
  });

  it('refuses a folder without a handler', async () => {
    const folder = functionsFolder({ ...two, 'half-done/words.ts': 'export const words = "";' });
    await expect(bundleFunctions(folder, output())).rejects.toThrow(/half-done\/handler\.ts is missing/);
  });

  it('refuses a function that does not exist', async () => {
    const bundles = await bundleFunctions(functionsFolder(two), output());
    expect(() => bundles.folderOf('greet-nobody')).toThrow(/greet-nobody\/handler\.ts is missing/);
  });

  it('refuses code that does not resolve', async () => {
    const folder = functionsFolder({ 'lost/handler.ts': 'export { handler } from "./nowhere.ts";' });
    await expect(bundleFunctions(folder, output())).rejects.toThrow(/nowhere/);
  });
});

describe('the bundles of our functions', () => {
  const sources = new Map<string, string>();
  /** Names, so that a failure doesn't print half a megabyte. */
  const namesOf = (matches: (source: string, name: string) => boolean) =>
    [...sources].filter(([name, source]) => matches(source, name)).map(([name]) => name);

  beforeAll(async () => {
    const target = output();
    await bundleFunctions(undefined, target);
    for (const name of readdirSync(target)) {
      sources.set(name, readFileSync(path.join(target, name, 'index.mjs'), 'utf8'));
    }
  });

  it('read credentials from the environment and know no other source of them', () => {
    expect(sources.size).toBeGreaterThan(10);
    expect(namesOf((source) => !source.includes('AWS_SECRET_ACCESS_KEY'))).toEqual([]);
    for (const trace of [
      'portal.sso',
      'sso-oidc',
      'credential_process',
      'AssumeRoleWithWebIdentity',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'latest/meta-data/iam/security-credentials',
    ]) {
      expect(namesOf((source) => source.includes(trace))).toEqual([]);
    }
  });

  // A cold start reads and compiles every byte: 100 KB are 15 ms. Table, logger, middy and zod are 360 KB, and a client of
  // one more service adds 40 to 75 KB; zod by its other import (357 KB) fits in nowhere.
  const usual = 525_000;
  const larger = new Map([
    // Clients of S3, which brings a reader of XML, and of SQS; and a reader of CSV.
    ['import-campaign', 680_000],
    // Reads mail: an HTML parser with all named entities, 160 KB; and clients of three services.
    ['process-inbound', 750_000],
    // Every command there is, and clients of SQS and Lambda.
    ['run-operator-command', 600_000],
    // The mails themselves, 120 KB, and clients of SES and, for the links in them, of Secrets Manager.
    ['send-mail', 680_000],
  ]);

  it('are as small as what they do allows', () => {
    expect(namesOf((source, name) => Buffer.byteLength(source) > (larger.get(name) ?? usual))).toEqual([]);
    expect([...larger.keys()].filter((name) => !sources.has(name))).toEqual([]);
  });
});
