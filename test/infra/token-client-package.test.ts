import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTokenClient } from '../../infra/bundling/build-token-client.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

/** Export functions in another code base, by file. */
const consumers = {
  'export.ts': `
import { getVismaToken, isMappedOrganisation, withVismaToken } from 'visma-onboarding/token-client';

const of = { environmentId: 'bakkerij', administrationId: '1' };
const { accessToken, expiresAt, organisations } = await getVismaToken(of);
const read: unknown = [{ organizationCd: '1', name: 'Bakkerij', corporateId: '12345678' }];
const mapped: boolean = isMappedOrganisation({ organisations }, read);
const used: string = await withVismaToken(of, async (token) => token.companyName);
export const answer = { accessToken, expiresAt, mapped, used };
`,
  'export-with-middy.ts': `
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { VismaTemporarilyUnavailable, VismaTokenError } from 'visma-onboarding/token-client';
import { vismaToken, type VismaTokenContext } from 'visma-onboarding/token-client/middy';
import { answer } from './export.ts';

const of = { environmentId: 'bakkerij', administrationId: '1' };
const handler = middy<typeof of, string, Error, Context>()
  .use(vismaToken({ of: (event: typeof of) => event }))
  .handler(async (_, context) => context.vismaToken.accessToken);
const context = {} as Context & VismaTokenContext;
const handled = await handler(of, context);
const failed: unknown = await handler({ ...of, administrationId: 'busy' }, context).catch((error: unknown) => error);
const known = failed instanceof VismaTokenError && failed instanceof VismaTemporarilyUnavailable;
console.log(JSON.stringify({ ...answer, handled, told: known ? failed.retryAfterSeconds : String(failed) }));
`,
};

/** What the examples of docs/token-client.md take from their surroundings. */
const surroundings = `
type Token = import('visma-onboarding/token-client').VismaToken;
interface ExportEvent { environmentId: string; administrationId: string; invoice: object }
declare const environmentId: string, administrationId: string, invoice: object;
declare const of: { environmentId: string; administrationId: string };
declare function getJson(path: string, token: Token): Promise<unknown>;
declare function post(path: string, token: Token, body: object): Promise<Response>;
`;

const token = {
  accessToken: 'token-1',
  tokenType: 'Bearer',
  expiresAt: '2100-01-01T00:00:00.000Z',
  tenantId: '0b1f6b22-21cc-11e9-b307-0aa512338dd6',
  connectionId: 'con_1',
  companyName: 'Bakkerij Voorbeeld B.V.',
  organisations: [{ organizationCd: '1', name: 'Bakkerij', corporateId: '12345678' }],
};

/** Lambda's endpoint with the broker behind it. */
const invocations: string[] = [];
const lambda = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  invocations.push(`${request.url} ${body}`);
  const answer = body.includes('busy') ? { failure: 'temporarily-unavailable', retryAfterSeconds: 9 } : token;
  response.end(JSON.stringify(answer));
});

describe('the package of the token client', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'consumer-'));
  /** Of somebody who has no types of Lambda's. */
  const bare = mkdtempSync(path.join(tmpdir(), 'consumer-'));
  const installed = path.join(folder, 'node_modules/visma-onboarding');
  const examples = [...readFileSync('docs/token-client.md', 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(
    ([, text = '']) => text,
  );
  let manifest: { dependencies: Record<string, string>; exports: Record<string, Record<string, string>> };

  /** What npm would install for the consumer, from what is installed here. */
  async function install(consumer: string, tarball: string, own: readonly string[]): Promise<void> {
    const modules = path.join(consumer, 'node_modules');
    const target = path.join(modules, 'visma-onboarding');
    mkdirSync(target, { recursive: true });
    await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
    manifest = JSON.parse(readFileSync(path.join(target, 'package.json'), 'utf8'));
    for (const name of [...Object.keys(manifest.dependencies), ...own]) {
      const from = path.join(root, 'node_modules', name);
      mkdirSync(path.join(modules, path.dirname(name)), { recursive: true });
      // A copy finds the types that the consumer has, a link those that we have.
      if (consumer === bare && name === '@middy/core')
        cpSync(from, path.join(modules, name), { recursive: true });
      else symlinkSync(from, path.join(modules, name));
    }
    writeFileSync(path.join(consumer, 'package.json'), '{"type":"module","private":true}');
  }

  /** What a strict TypeScript says to one of the consumer's files. */
  async function complaints(consumer: string, files: readonly string[], settings: readonly string[]) {
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const always = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--types',
      'node',
      '--allowImportingTsExtensions',
    ];
    const { stdout } = await run(process.execPath, [tsc, ...always, ...settings, ...files], {
      cwd: consumer,
    }).catch((error) => error);
    return stdout;
  }

  beforeAll(async () => {
    await buildTokenClient();
    const { stdout } = await run(
      'npm',
      ['pack', '--ignore-scripts', '--json', '--offline', '--pack-destination', folder],
      { cwd: root },
    );
    const [{ filename }] = JSON.parse(stdout);
    const tarball = path.join(folder, filename);
    await install(folder, tarball, ['@types/aws-lambda', '@types/node']);
    await install(bare, tarball, ['@types/node']);
    for (const consumer of [folder, bare]) {
      writeFileSync(path.join(consumer, 'surroundings.d.ts'), surroundings);
      examples.forEach((text, index) => {
        writeFileSync(path.join(consumer, `example-${index}.ts`), text);
      });
    }
    for (const [file, text] of Object.entries(consumers)) writeFileSync(path.join(folder, file), text);
    await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    lambda.close();
    for (const consumer of [folder, bare]) rmSync(consumer, { recursive: true, force: true });
  });

  it('holds what is built and nothing else of the service', () => {
    expect(readdirSync(installed).sort()).toEqual(['README.md', 'dist', 'package.json']);
    for (const conditions of Object.values(manifest.exports)) {
      for (const file of Object.values(conditions)) {
        expect(readFileSync(path.join(installed, file), 'utf8')).not.toBe('');
      }
    }
  });

  it('declares what it imports', () => {
    const built = path.join(installed, 'dist/token-client');
    const imported = readdirSync(built, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(js|d\.ts)$/.test(file))
      .flatMap((file) => [
        ...readFileSync(path.join(built, file), 'utf8').matchAll(/ from ["']([^."'][^"']*)["']/g),
      ])
      .map(([, name = '']) => name)
      .filter((name) => !name.startsWith('node:'));
    expect([...new Set(imported)].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  it.each([
    [
      'without middy, all declarations checked',
      'export.ts',
      ['--module', 'nodenext', '--skipLibCheck', 'false'],
    ],
    // Declarations of @middy/core need an optional package.
    [
      'with middy',
      'export-with-middy.ts',
      ['--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck'],
    ],
  ])('fits a consumer’s TypeScript, %s', async (_, file, settings) => {
    expect(await complaints(folder, [file], settings)).toBe('');
  });

  it.each([
    ['with', folder],
    ['without', bare],
  ])('has examples that fit a strict TypeScript %s types of Lambda’s', async (_, consumer) => {
    expect(examples.length).toBeGreaterThan(2);
    const files = ['surroundings.d.ts', ...examples.map((__, index) => `example-${index}.ts`)];
    const settings = ['--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck'];
    expect(await complaints(consumer, files, settings)).toBe('');
  });

  it('runs at a consumer’s', async () => {
    const { port } = lambda.address() as AddressInfo;
    const { stdout } = await run(process.execPath, ['export-with-middy.ts'], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        VISMA_TOKEN_BROKER: 'the-broker',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'x',
      },
    });
    expect(JSON.parse(stdout)).toEqual({
      accessToken: 'token-1',
      expiresAt: token.expiresAt,
      mapped: true,
      used: token.companyName,
      handled: 'token-1',
      told: 9,
    });
    // One for the administration, whoever of them asked; one for the other.
    const url = '/2015-03-31/functions/the-broker/invocations';
    expect(invocations).toEqual([
      `${url} {"environmentId":"bakkerij","administrationId":"1"}`,
      `${url} {"environmentId":"bakkerij","administrationId":"busy"}`,
    ]);
  });
});
