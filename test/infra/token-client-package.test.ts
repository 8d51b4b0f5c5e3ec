import { execFile } from 'node:child_process';
import {
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
  const modules = path.join(folder, 'node_modules');
  const installed = path.join(modules, 'visma-onboarding');
  let manifest: { dependencies: Record<string, string>; exports: Record<string, Record<string, string>> };

  /** What npm would install for the consumer, from what is installed here. */
  function link(name: string): void {
    const target = path.join(modules, name);
    mkdirSync(path.dirname(target), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', name), target);
  }

  beforeAll(async () => {
    await buildTokenClient();
    const { stdout } = await run(
      'npm',
      ['pack', '--ignore-scripts', '--json', '--offline', '--pack-destination', folder],
      { cwd: root },
    );
    const [{ filename }] = JSON.parse(stdout);
    mkdirSync(installed, { recursive: true });
    await run('tar', ['-xzf', path.join(folder, filename), '-C', installed, '--strip-components=1']);
    manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    for (const name of Object.keys(manifest.dependencies)) link(name);
    // Of the consumer himself.
    for (const name of ['@types/aws-lambda', '@types/node']) link(name);
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module","private":true}');
    for (const [file, text] of Object.entries(consumers)) writeFileSync(path.join(folder, file), text);
    await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    lambda.close();
    rmSync(folder, { recursive: true, force: true });
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
    const undeclared = [...new Set(imported)].filter((name) => !(name in manifest.dependencies));
    // Types that the users of @middy/core have.
    expect(undeclared).toEqual(['aws-lambda']);
    expect(imported).toEqual(expect.arrayContaining(['@aws-sdk/client-lambda', 'zod']));
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
    const { stdout } = await run(process.execPath, [tsc, ...always, ...settings, file], {
      cwd: folder,
    }).catch((error) => error);
    expect(stdout).toBe('');
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
