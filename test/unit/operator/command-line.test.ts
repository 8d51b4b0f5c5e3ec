import { describe, expect, it } from 'vitest';
import { harmless, render, renderJson, table } from '../../../infra/operator/render.ts';
import { runCommandLine } from '../../../infra/operator/run-command-line.ts';
import { redrivableQueues } from '../../../shared/contracts/commands/operator-commands.ts';

const connection = 'con_0123456789abcdef0123';
const local = JSON.stringify({
  api: 'http://127.0.0.1:4600',
  aws: 'http://127.0.0.1:4601',
  region: 'eu-west-1',
  operator: { accessKeyId: 'AKIALOCAL1', secretAccessKey: 'one' },
  secondOperator: { accessKeyId: 'AKIALOCAL2', secretAccessKey: 'two' },
});

interface Sent {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
}

/** Runs a command line (`+` is a blank in a word) against answers given in order, the last one for ever. */
async function run(
  line: string,
  options: { answers?: readonly (Response | Error)[]; files?: Readonly<Record<string, string>> } = {},
) {
  const answers = [...(options.answers ?? [Response.json({ outcome: 'fine' })])];
  const files: Readonly<Record<string, string>> = options.files ?? { '.local/endpoints.json': local };
  const sent: Sent[] = [];
  const written = new Map<string, string>();
  const printed: string[] = [];
  const complained: string[] = [];
  const exitCode = await runCommandLine(
    line.split(' ').map((part) => part.replaceAll('+', ' ')),
    {
      writeText: (path, text) => written.set(path, text),
      readText: (path) => {
        const text = files[path];
        if (text === undefined) throw new Error('ENOENT');
        return text;
      },
      readHidden: () => Promise.reject(new Error('nobody is asked here')),
      print: (text) => printed.push(text),
      complain: (text) => complained.push(text),
      environment: {},
      awsCredentials: async () => ({
        accessKeyId: 'AKIADEPLOYED',
        secretAccessKey: 'x',
        sessionToken: 'session',
      }),
      send: {
        pausesMs: [0, 0],
        fetch: async (url, init) => {
          sent.push({
            url: String(url),
            headers: init?.headers as Record<string, string>,
            body: JSON.parse(String(init?.body)),
          });
          const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
          if (answer instanceof Error) throw answer;
          return answer.clone();
        },
      },
    },
  );
  return { exitCode, sent, written, printed: printed.join('\n'), complained: complained.join('\n') };
}

describe('the picture of an answer', () => {
  const answers = [Response.json({ left: 2, picture: '<svg>drawn</svg>' })];

  it('goes to the file that was named, and is in the way of nobody who reads the rest', async () => {
    const { exitCode, written, printed, sent } = await run('show-campaign --svg progress.svg', { answers });
    expect([exitCode, [...written]]).toEqual([0, [['progress.svg', '<svg>drawn</svg>']]]);
    expect(printed).toBe('left  2');
    expect(sent[0]?.body).toMatchObject({ command: 'ShowCampaign', campaignId: 'visma-net', limit: 5 });
  });

  it('is written nowhere unless asked for', async () => {
    const { written, printed } = await run('show-campaign --json', { answers });
    expect([...written]).toEqual([]);
    expect(JSON.parse(printed)).toEqual({ left: 2 });
  });
});

describe('the command line', () => {
  it.each<[string, object]>([
    [
      'request-code voorbeeld --company A --company 123 --ticket 4711',
      { command: 'RequestCode', environmentId: 'voorbeeld', companies: ['A', '123'], ticketId: '4711' },
    ],
    [
      `decide ${connection} --approve --tenant-id t`,
      { command: 'DecideConnection', connectionId: connection, decision: 'approve', tenantId: 't' },
    ],
    [
      `map voorbeeld --administration a=b=${connection} --administration c=none`,
      {
        command: 'MapAdministrations',
        mapping: [
          { administrationId: 'a=b', connectionId: connection },
          { administrationId: 'c', connectionId: 'none' },
        ],
      },
    ],
    [
      `submit-tenant-id ${connection} t`,
      { command: 'SubmitTenantId', connectionId: connection, tenantId: 't' },
    ],
    [`retry ${connection}`, { command: 'RetryAccessTest', connectionId: connection }],
    ['rotate-link-key', { command: 'RotateLinkKey', force: false }],
    ['rotate-link-key --force', { command: 'RotateLinkKey', force: true }],
    ['revoke-links voorbeeld', { command: 'RevokeConnectLinks', environmentId: 'voorbeeld' }],
    [`cancel ${connection}`, { command: 'CancelConnection', connectionId: connection }],
    [
      'list --state needs-attention --limit 5',
      { command: 'ListConnections', state: 'needs-attention', limit: 5 },
    ],
    [`show ${connection}`, { command: 'ShowConnection', connectionId: connection }],
    ['stock', { command: 'ShowStock' }],
    [
      'change-deadline --deadline 2027-05-31',
      { command: 'ChangeDeadline', campaignId: 'visma-net', deadline: '2027-05-31' },
    ],
    ['pause-campaign --campaign ander', { command: 'PauseCampaign', campaignId: 'ander' }],
    ['resume-campaign', { command: 'ResumeCampaign', campaignId: 'visma-net' }],
    ['pause-environment voorbeeld', { command: 'PauseEnvironment', environmentId: 'voorbeeld' }],
    ['resume-environment voorbeeld', { command: 'ResumeEnvironment', environmentId: 'voorbeeld' }],
    [
      'preview-reminders --on 2027-05-01 --limit 5 --cursor 0:1:klant',
      { command: 'PreviewReminders', on: '2027-05-01', limit: 5, cursor: '0:1:klant' },
    ],
    ['run-reminders', { command: 'RunReminders' }],
    ['send-digest', { command: 'SendDigest' }],
    ['--json redrive mail', { command: 'RedriveDeadLetters', queue: 'mail' }],
    [`check-health ${connection}`, { command: 'CheckHealth', connectionId: connection }],
    [
      'add-codes --code C --expires 2026-12-01T12:00:00Z',
      { command: 'AddInvitationCodes', codes: [{ code: 'C', expiresAt: '2026-12-01T12:00:00Z' }] },
    ],
    [
      'register-environment --id v --name Een+naam --locale nl --contact a@k.example=Ann --contact-person c@v.example --export-format Visma.net+Financials --company A=B=12 --administration 1=Een=12',
      {
        command: 'RegisterEnvironment',
        name: 'Een naam',
        contacts: [{ email: 'a@k.example', name: 'Ann' }],
        contactPerson: { email: 'c@v.example', name: '' },
        exportFormats: ['Visma.net Financials'],
        companies: [{ name: 'A=B', corporateId: '12' }],
        administrations: [{ administrationId: '1', name: 'Een', company: '12' }],
      },
    ],
  ])('%s', async (line, body) => {
    const { exitCode, sent } = await run(line);
    expect(exitCode).toBe(0);
    expect(sent).toMatchObject([{ url: 'http://127.0.0.1:4600/operator/commands', body }]);
    expect(sent[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIALOCAL1\/\d{8}\/eu-west-1\/execute-api\/aws4_request/,
    );
  });

  it('reads environments and codes from files, and sends many codes in parts', async () => {
    const environment = {
      environmentId: 'v',
      name: 'V',
      locale: 'en',
      contacts: [{ email: 'a@k.example' }],
      contactPerson: { email: 'c@v.example' },
      exportFormats: [],
      companies: [],
      administrations: [],
    };
    const codes = Array.from({ length: 100 }, (_, index) => `CODE;${index};2026-12-01T12:00:00Z`).join(
      '\r\n',
    );
    const files = {
      '.local/endpoints.json': local,
      'env.json': JSON.stringify(environment),
      '-': `code;expiry\n${codes}\n`,
    };
    expect((await run('register-environment --file env.json', { files })).sent[0]?.body).toMatchObject({
      environmentId: 'v',
    });
    const { sent } = await run('add-codes --file -', { files });
    expect(sent.map(({ body }) => (body.codes as unknown[]).length)).toEqual([90, 10]);
    expect(sent[0]?.body).toMatchObject({
      codes: [{ code: 'CODE;0' }, { code: 'CODE;1' }, ...Array(88).fill({})],
    });
  });

  it.each([
    ['frobnicate', 'no command'],
    ['retry', '<connection>'],
    [`retry ${connection} more`, '<connection>'],
    ['retry nonsense', 'connectionId'],
    [`retry ${connection} --approve`, 'no --approve'],
    [`decide ${connection} --approve --reject`, 'either'],
    ['stock --no-such-flag', 'no-such-flag'],
    ['add-codes --code SECRET', '--expires'],
    ['add-codes --file missing.csv', 'cannot be read'],
    ['add-codes --code SECRET --expires tomorrow', 'codes.0.expiresAt'],
    ['map voorbeeld --administration x', 'ID=CONNECTION'],
    ['stock --endpoint nowhere', 'must be a URL'],
    ['stock --endpoint https://api.example', '--region'],
    ['list --limit many', 'limit'],
    ['rotate-client-secret --file secret.txt', '--client-id'],
    ['rotate-signing-secret nonsense', 'generic-tickets'],
    ['rotate-signing-secret generic-tickets --finish --file secret.txt', 'no new secret'],
    ['rotate-client-secret --clientSecret SECRET', 'clientSecret'],
    ['show-client-secret --stage prod', '--endpoint'],
    ['show-client-secret --endpoint https://api.example --region r', '--stage'],
    ['show-client-secret --endpoint https://api.example --region r --stage local', '--stage'],
  ])('exits 2 without sending anything: %s', async (line, hint) => {
    const { exitCode, sent, complained } = await run(line);
    expect({ exitCode, sent }).toEqual({ exitCode: 2, sent: [] });
    expect(complained).toContain(hint);
    expect(complained).not.toContain('SECRET');
  });

  it('says what to do when no local stage runs', async () => {
    const { exitCode, complained } = await run('stock', { files: {} });
    expect(exitCode).toBe(2);
    expect(complained).toContain('npm start');
  });

  it('explains itself', async () => {
    expect((await run('--help')).printed).toContain('register-environment');
    expect((await run('decide --help')).printed).toContain('--approve | --reject');
    expect((await run('redrive --help')).printed).toContain(redrivableQueues.join(', '));
  });

  it('signs for a deployed stage with the caller’s AWS credentials', async () => {
    const { sent } = await run('--endpoint https://abc.execute-api.eu-north-1.amazonaws.com stock');
    expect(sent[0]?.headers.authorization).toContain('AKIADEPLOYED/');
    expect(sent[0]?.headers.authorization).toContain('/eu-north-1/execute-api/');
    expect(sent[0]?.headers['x-amz-security-token']).toBe('session');
  });

  it('signs as another person locally', async () => {
    expect((await run('stock --second-operator')).sent[0]?.headers.authorization).toContain('AKIALOCAL2/');
  });

  it('repeats a lost answer with the same commandId, three tries in all', async () => {
    const unavailable = Response.json({ error: 'unavailable', message: 'later' }, { status: 503 });
    const recovered = await run(`retry ${connection}`, {
      answers: [new Error('reset'), unavailable, Response.json({})],
    });
    expect(recovered.exitCode).toBe(0);
    expect(new Set(recovered.sent.map(({ body }) => body.commandId)).size).toBe(1);
    expect(recovered.sent).toHaveLength(3);
    const lost = await run(`retry ${connection}`, { answers: [new Error('reset')] });
    expect({ exitCode: lost.exitCode, tries: lost.sent.length }).toEqual({ exitCode: 1, tries: 3 });
  });

  it.each([
    [400, 'invalid-command', 2],
    [404, 'not-found', 3],
    [409, 'conflict', 4],
    [403, 'forbidden', 5],
    [500, 'unavailable', 1],
  ])('exits by the answer: %i', async (status, error, exitCode) => {
    const answer = Response.json(
      { error, message: 'why \u001b[31m', issues: [{ path: 'p', message: 'm' }] },
      { status },
    );
    const result = await run('stock', { answers: [answer] });
    expect(result.exitCode).toBe(exitCode);
    expect(result.complained).toContain('why \\u001b[31m\n  p: m');
  });

  it('speaks of commands by the names that were typed', async () => {
    const { complained } = await run(`show ${connection}`, {
      answers: [
        Response.json(
          {
            error: 'not-found',
            message: `No connection ${connection}. ListConnections tells those there are.`,
          },
          { status: 404 },
        ),
      ],
    });
    expect(complained).toBe(`No connection ${connection}. list tells those there are.`);
  });

  it.each([
    [`decide ${connection} --approve`, 'tenantId: is missing'],
    ['list --limit x', 'limit: must be a number'],
    ['list --state odd', 'state: must be one of: code-requested, code-issued'],
    ['map voorbeeld', 'mapping: needs 1 at least'],
    ['add-codes --code A --expires 2026-12-01', 'must be a time with its zone such as'],
    ['add-codes --file codes.csv', 'codes.csv, line 3: the expiry must be a time'],
  ])('says in plain words what is wrong with: %s', async (line, words) => {
    const files = { 'codes.csv': 'code;expiry\nA;2026-12-01T12:00:00Z\nB;1-12-2026\n' };
    const { exitCode, complained, sent } = await run(line, { files });
    expect(complained).toContain(words);
    expect({ exitCode, sent }).toEqual({ exitCode: 2, sent: [] });
  });

  it('takes a spreadsheet’s quotes off a code', async () => {
    const { sent } = await run('add-codes --file codes.csv', {
      files: {
        '.local/endpoints.json': local,
        'codes.csv': '"code";"expiry"\r\n"A-1";"2026-12-01T12:00:00Z"\r\n',
      },
    });
    expect(sent[0]?.body.codes).toEqual([{ code: 'A-1', expiresAt: '2026-12-01T12:00:00Z' }]);
  });

  it('asks whether the stage runs when nobody listens', async () => {
    const refused = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
    expect((await run('stock', { answers: [refused] })).complained).toContain('npm start');
  });

  it('understands what the gateway answers itself', async () => {
    const result = await run('stock', {
      answers: [Response.json({ message: 'Forbidden' }, { status: 403 })],
    });
    expect(result).toMatchObject({ exitCode: 5, complained: expect.stringContaining('Forbidden: ') });
  });
});

describe('the output', () => {
  it('makes control characters, escape sequences and reversed text visible', () => {
    expect(harmless('a\u001b[2Jb\u0007\u009b\u202ec\n')).toBe('a\\u001b[2Jb\\u0007\\u009b\\u202ec\\u000a');
    expect(renderJson({ name: '\u001b\u009b\u202e"' })).toBe('{\n  "name": "\\u001b\\u009b\\u202e\\""\n}');
    expect(JSON.parse(renderJson({ name: '\u009b\n' }))).toEqual({ name: '\u009b\n' });
  });

  it('puts what only some rows have into one column where a table is too wide', () => {
    const wide = 'x'.repeat(60);
    const text = table([
      { sequence: 1, type: 'ConnectionRequested', attempt: 1, deliveryKey: wide },
      { sequence: 2, type: 'TenantIdReported', tenantId: wide },
    ]);
    expect(text.split('\n')).toEqual([
      'sequence  type                 details',
      expect.stringMatching(/^-{8} {2}-+ {2}-+$/),
      `1         ConnectionRequested  attempt 1, delivery key ${wide}`,
      `2         TenantIdReported     tenant id ${wide}`,
    ]);
  });

  it('aligns values and tables', () => {
    expect(
      table([
        { connectionId: 'a', state: 'activated' },
        { connectionId: 'bcd', note: '\u001b' },
      ]),
    ).toBe(
      'connection id  state      note\n-------------  ---------  ------\na              activated\nbcd                       \\u001b',
    );
    expect(render({ state: 'x', read: [], registered: { name: 'N' }, history: [{ at: 1 }] })).toBe(
      'state             x\nread              none\nregistered: name  N\n\nhistory\nat\n--\n1',
    );
  });
});
