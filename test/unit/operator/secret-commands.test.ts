import { EventEmitter } from 'node:events';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSecretsManager } from '../../../infra/local/cloud/secrets-manager.ts';
import { runCommandLine } from '../../../infra/operator/run-command-line.ts';
import { askHidden } from '../../../infra/operator/secret-input.ts';
import { linkKeyRotation } from '../../../shared/contracts/commands/link-key-rotation.ts';
import { call, FakeCloud, resource } from '../cloud-services/fake-cloud.ts';
import { ManualClock } from '../cloud-services/manual-clock.ts';
import { sdkConfig } from '../cloud-services/sdk-transport.ts';
import { alice, createOperatorRig } from './operator-rig.ts';

const endpoints = JSON.stringify({
  api: 'http://127.0.0.1:4600',
  aws: 'http://127.0.0.1:4601',
  region: 'eu-west-1',
  operator: { accessKeyId: 'AKIALOCAL1', secretAccessKey: 'one' },
});
const prefix = 'visma-onboarding/local/';
const first = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

let clock: ManualClock;
let manager: ReturnType<typeof createSecretsManager>;
let client: SecretsManagerClient;
/** What the rotation does when it is asked to look. */
let rotation: (staged: string) => Promise<void>;

beforeEach(() => {
  clock = new ManualClock();
  manager = createSecretsManager(new FakeCloud(), {}, clock);
  const values: Readonly<Record<string, object>> = {
    'visma-client': { clientId: 'isv_test', clientSecret: 'first' },
    'generic-tickets': { current: first },
    'spend-cloud-webhook': { current: first },
    'ticket-bridge': { current: first },
    'visma-webhook': { current: 'shown-by-the-portal' },
  };
  for (const [name, value] of Object.entries(values)) {
    const properties = { Name: prefix + name, SecretString: JSON.stringify(value) };
    manager.create(resource('AWS::SecretsManager::Secret', properties, name));
  }
  client = new SecretsManagerClient(sdkConfig(manager));
  rotation = async () => undefined;
});

async function value(name: string, label = 'AWSCURRENT') {
  const get = new GetSecretValueCommand({ SecretId: prefix + name, VersionStage: label });
  return JSON.parse((await client.send(get)).SecretString ?? '');
}

async function run(
  line: string,
  { files = {}, typed }: { files?: Record<string, string>; typed?: string } = {},
) {
  const printed: string[] = [];
  const complained: string[] = [];
  const sent: string[] = [];
  const exitCode = await runCommandLine(line.split(' '), {
    writeText: () => {
      throw new Error('nothing is written here');
    },
    readText: (path) => {
      const text = path === '.local/endpoints.json' ? endpoints : files[path];
      if (text === undefined) throw new Error('ENOENT');
      return text;
    },
    readHidden: async (question) => {
      complained.push(question);
      return typed ?? '';
    },
    print: (text) => printed.push(text),
    complain: (text) => complained.push(text),
    environment: {},
    awsCredentials: () => Promise.reject(new Error('not deployed')),
    openSecrets: () => client,
    send: {
      pausesMs: [0, 0],
      fetch: async (_url, init) => {
        sent.push(String(init?.body));
        const { VersionIdsToStages: stages } = await call(manager, 'DescribeSecret', {
          SecretId: `${prefix}visma-client`,
        });
        const [staged = ''] = Object.keys(stages).filter((id) => stages[id].includes('AWSPENDING'));
        await rotation(staged);
        return Response.json({ outcome: 'started' });
      },
    },
  });
  return { exitCode, sent, printed: printed.join('\n'), complained: complained.join('\n') };
}

const move = (VersionStage: string, from: string | undefined, to?: string) =>
  call(manager, 'UpdateSecretVersionStage', {
    SecretId: `${prefix}visma-client`,
    VersionStage,
    ...(from === undefined ? {} : { RemoveFromVersionId: from }),
    ...(to === undefined ? {} : { MoveToVersionId: to }),
  });

async function promote(staged: string): Promise<void> {
  const { VersionId: current } = await call(manager, 'GetSecretValue', { SecretId: `${prefix}visma-client` });
  await move('AWSCURRENT', current, staged);
  await move('AWSPENDING', staged);
}

describe('rotate-client-secret', () => {
  it('stages what a file holds, has it looked at and says that it is in use', async () => {
    rotation = promote;
    const files = { 'secret.txt': 'second\n' };
    const { exitCode, sent, printed, complained } = await run(
      'rotate-client-secret --client-id isv_test --file secret.txt',
      { files },
    );
    expect(exitCode).toBe(0);
    expect(sent).toEqual(['{"command":"RotateClientSecret"}']);
    expect(printed).toContain('accepted: it is in use');
    expect(printed).toMatch(/in use +AWSCURRENT.*\n *fallback +AWSPREVIOUS/);
    expect(await value('visma-client')).toEqual({ clientId: 'isv_test', clientSecret: 'second' });
    expect(printed + complained).not.toMatch(/second\b/);
  });

  it('asks for it without showing it, and takes nothing that is not one line', async () => {
    rotation = promote;
    const typed = await run('rotate-client-secret --client-id isv_test', { typed: 'typed' });
    expect({ exitCode: typed.exitCode, asked: typed.complained.split('\n')[0] }).toEqual({
      exitCode: 0,
      asked: 'Client secret (not shown): ',
    });
    for (const wrong of ['', ' \n', 'two words', 'two\nlines']) {
      expect((await run('rotate-client-secret --client-id isv_test', { typed: wrong })).exitCode).toBe(2);
    }
    expect(await value('visma-client')).toMatchObject({ clientSecret: 'typed' });
  });

  it('says so when it was refused', async () => {
    rotation = async (staged) => {
      await move('AWSPENDING', staged);
    };
    const { printed } = await run('rotate-client-secret --client-id isv_test', { typed: 'bad' });
    expect(printed).toContain('refused');
    expect(await value('visma-client')).toMatchObject({ clientSecret: 'first' });
  });

  it('leaves it staged when the command does not get through, and says so', async () => {
    rotation = () => Promise.reject(new Error('reset'));
    const { exitCode, complained } = await run('rotate-client-secret --client-id isv_test', {
      typed: 'second',
    });
    expect(exitCode).toBe(1);
    expect(complained).toMatch(/Staged as version [\w-]+\./);
    expect(await value('visma-client', 'AWSPENDING')).toMatchObject({ clientSecret: 'second' });
  }, 15_000);
});

describe('show-client-secret', () => {
  it('shows labels and dates, as JSON too, and no value', async () => {
    const { printed } = await run('show-client-secret --json');
    expect(JSON.parse(printed)).toEqual({
      lastChange: '2026-03-02T09:00:00.000Z',
      versions: [
        { is: 'in use', label: 'AWSCURRENT', version: expect.any(String), made: '2026-03-02T09:00:00.000Z' },
      ],
    });
  });

  it.each([
    ['AccessDeniedException', 5],
    ['ResourceNotFoundException', 3],
    ['InternalServiceError', 1],
  ])('exits by what Secrets Manager says: %s', async (name, code) => {
    const send = client.send.bind(client);
    client.send = () => Promise.reject(Object.assign(new Error('no'), { name }));
    expect((await run('show-client-secret')).exitCode).toBe(code);
    client.send = send;
  });
});

describe('rotate-signing-secret', () => {
  it.each(['generic-tickets', 'spend-cloud-webhook', 'ticket-bridge'])(
    'makes a new one of %s and shows it once',
    async (name) => {
      const { exitCode, printed } = await run(`rotate-signing-secret ${name} --json`);
      const { newSecret, outcome } = JSON.parse(printed);
      expect({ exitCode, outcome }).toEqual({ exitCode: 0, outcome: 'both count' });
      expect(newSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(await value(name)).toEqual({ current: newSecret, previous: first });
      expect((await run(`rotate-signing-secret ${name} --finish`)).printed).not.toContain('whsec_');
      expect(await value(name)).toEqual({ current: newSecret });
    },
  );

  it("takes Visma's as the portal shows it, and does not show it again", async () => {
    const { exitCode, printed } = await run('rotate-signing-secret visma-webhook', {
      typed: 'new-of-the-portal',
    });
    expect(exitCode).toBe(0);
    expect(printed).not.toContain('new-of-the-portal');
    expect(await value('visma-webhook')).toEqual({
      current: 'new-of-the-portal',
      previous: 'shown-by-the-portal',
    });
  });

  it.each(['whsec_short', 'no-prefix', `whsec_${'!'.repeat(44)}`])(
    'takes none that would break every verification: %s',
    async (secret) => {
      const { exitCode, complained } = await run('rotate-signing-secret generic-tickets --file f', {
        files: { f: secret },
      });
      expect(exitCode).toBe(2);
      expect(complained).not.toContain(secret);
      expect(await value('generic-tickets')).toEqual({ current: first });
    },
  );

  it('does not push out a secret that still counts, nor the same again', async () => {
    await run('rotate-signing-secret generic-tickets');
    const again = await run('rotate-signing-secret generic-tickets');
    expect({ exitCode: again.exitCode, complained: again.complained }).toEqual({
      exitCode: 4,
      complained: expect.stringContaining('--finish'),
    });
    const same = await run('rotate-signing-secret spend-cloud-webhook --file f', { files: { f: first } });
    expect(same.exitCode).toBe(4);
    const nothing = await run('rotate-signing-secret spend-cloud-webhook --finish');
    expect(nothing).toMatchObject({ exitCode: 0, printed: expect.stringContaining('no previous secret') });
  });

  it('lets one of two succeed who do it at the same time', async () => {
    const results = await Promise.all([
      run('rotate-signing-secret generic-tickets --json'),
      run('rotate-signing-secret generic-tickets --json'),
    ]);
    expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 4]);
    const shown = results.find(({ exitCode }) => exitCode === 0)?.printed ?? '';
    expect(await value('generic-tickets')).toEqual({
      current: JSON.parse(shown).newSecret,
      previous: first,
    });
  });

  it('refuses a secret of another shape', async () => {
    await call(manager, 'PutSecretValue', { SecretId: `${prefix}generic-tickets`, SecretString: 'geheim' });
    const { exitCode, complained } = await run('rotate-signing-secret generic-tickets');
    expect(exitCode).toBe(4);
    expect(complained).not.toContain('geheim');
  });
});

it('RotateClientSecret has the rotation look, and takes no secret', async () => {
  const rig = createOperatorRig();
  expect(await rig.send({ command: 'RotateClientSecret' })).toEqual({
    status: 200,
    body: { outcome: 'started' },
  });
  expect((await rig.send({ command: 'RotateClientSecret', clientSecret: 'x' })).status).toBe(400);
  expect(rig.rotations).toEqual(['asked']);
});

describe('RotateLinkKey', () => {
  const commandId = '3f1f7a52-5d8b-4c0e-9f61-0c1d8f7b2a11';

  it('asks for the same version when it is repeated, and for another by another command', async () => {
    const rig = createOperatorRig();
    for (const more of [{ commandId }, { commandId, force: true }, {}, {}]) {
      expect(await rig.send({ command: 'RotateLinkKey', ...more })).toEqual({
        status: 200,
        body: { outcome: 'rotated' },
      });
    }
    const [one, same, other, another] = rig.linkKeyRotations;
    expect([one?.force, same?.force]).toEqual([false, true]);
    expect(same?.requestToken).toBe(one?.requestToken);
    expect(new Set(rig.linkKeyRotations.map(({ requestToken }) => requestToken)).size).toBe(3);
    expect([other, another].map((rotation) => linkKeyRotation.safeParse(rotation).success)).toEqual([
      true,
      true,
    ]);
  });

  it('says why nothing was changed', async () => {
    const rig = createOperatorRig();
    const possibleFrom = '2026-04-01T10:00:00.000Z';
    const answers = [
      { outcome: 'repeated' },
      { outcome: 'overtaken' },
      { outcome: 'too-early', possibleFrom },
    ] as const;
    const told = [];
    for (const answer of answers) {
      told.push(await rig.send({ command: 'RotateLinkKey' }, alice, { rotateLinkKey: async () => answer }));
    }
    expect(told).toMatchObject([
      { status: 200, body: { outcome: 'repeated' } },
      { status: 409, body: { message: expect.stringContaining('faster') } },
      { status: 409, body: { message: expect.stringContaining(possibleFrom) } },
    ]);
  });

  it('takes no key', async () => {
    const rig = createOperatorRig();
    expect((await rig.send({ command: 'RotateLinkKey', current: 'x' })).status).toBe(400);
    expect(rig.linkKeyRotations).toEqual([]);
  });
});

describe('a hidden answer', () => {
  function terminal() {
    const modes: boolean[] = [];
    const emitter = new EventEmitter();
    const input = Object.assign(emitter, {
      setRawMode: (mode: boolean) => modes.push(mode),
      resume: () => undefined,
      pause: () => undefined,
    });
    const type = (text: string) => emitter.emit('data', Buffer.from(text));
    return { input: input as unknown as Parameters<typeof askHidden>[0], emitter, modes, type };
  }

  it('is read to the end of the line, with corrections, and never printed', async () => {
    const { input, emitter, modes, type } = terminal();
    const printed: string[] = [];
    const answer = askHidden(input, (text) => printed.push(text), 'Secret: ');
    type('sec');
    type('x\u007fr');
    type('et\rignored');
    expect(await answer).toBe('secret');
    expect({ printed, modes, listeners: emitter.listenerCount('data') }).toEqual({
      printed: ['Secret: ', '\n'],
      modes: [true, false],
      listeners: 0,
    });
  });

  it('can be given up', async () => {
    const { input, modes, type } = terminal();
    const answer = askHidden(input, () => undefined, '');
    type('half\u0003');
    await expect(answer).rejects.toThrow('Given up');
    expect(modes).toEqual([true, false]);
  });
});
