import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../infra/operator/run-command-line.ts';
import { bucket, bucketArn, startS3 } from '../cloud-services/s3-rig.ts';

const importId = expect.stringMatching(/^[0-9a-f-]{36}$/);
const header = 'line;environment_id;outcome;column;message\r\n';
const content = 'environment_id;name\nvoorbeeld;Voorbeeld Groep\n';

let rig: Awaited<ReturnType<typeof startS3>>;
let folder: string;
/** Progress that the service answers, one after the other, the last one for ever. */
let answers: object[];
/** What the service answers in place of it. */
let refusal: object | undefined;
/** Before each answer of the service. */
let happens: (command: Record<string, unknown>) => Promise<void>;

beforeEach(async () => {
  const allow = (Action: string, key: string) => ({
    Effect: 'Allow',
    Action,
    Resource: `${bucketArn}/imports/*/${key}`,
  });
  // As infra/constructs/import-bucket.ts has it for people; `test` is for what the import itself does.
  rig = await startS3({
    statements: [
      allow('s3:PutObject', 'customers.csv'),
      allow('s3:DeleteObject', 'customers.csv'),
      allow('s3:GetObject', 'report/*'),
    ],
  });
  folder = mkdtempSync(path.join(tmpdir(), 'import-'));
  writeFileSync(path.join(folder, 'customers.csv'), content);
  answers = [{ file: { rows: 1, batches: 1 }, batchesDone: 1, counts: { created: 1 }, finishedAt: 'now' }];
  refusal = undefined;
  happens = async () => undefined;
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await rig.stop();
});

async function run(line: string, { interruptAt = '', writeAt = '' } = {}) {
  const printed: string[] = [];
  const complained: string[] = [];
  const sent: Record<string, unknown>[] = [];
  let stop: () => void = () => undefined;
  const exitCode = await runCommandLine(line.split(' '), {
    writeText: () => {
      throw new Error('nothing is written here');
    },
    readText: () =>
      JSON.stringify({
        api: 'http://127.0.0.1:4600',
        aws: rig.endpoint,
        importBucket: bucket,
        region: 'eu-west-1',
        operator: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'not-a-secret' },
      }),
    readHidden: () => Promise.reject(new Error('nothing is asked')),
    print: (text) => printed.push(text),
    complain: (text) => {
      complained.push(text);
      if (interruptAt !== '' && text.includes(interruptAt)) stop();
      if (writeAt !== '' && text.includes(writeAt))
        appendFileSync(path.join(folder, 'customers.csv'), 'ander;');
    },
    environment: {},
    awsCredentials: () => Promise.reject(new Error('not deployed')),
    onInterrupt: (listener) => {
      stop = listener;
      return () => undefined;
    },
    send: {
      pausesMs: [0, 0],
      fetch: async (_url, init) => {
        const command: Record<string, unknown> = JSON.parse(String(init?.body));
        sent.push(command);
        await happens(command);
        if (refusal !== undefined) return Response.json(refusal, { status: 409 });
        if (command.command === 'ImportCampaign') return Response.json({ outcome: 'started' });
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        const begun = {
          importId: command.importId,
          campaignId: 'visma-net',
          dryRun: false,
          startedAt: 'now',
        };
        return Response.json({ ...begun, givenUp: [], counts: {}, batchesDone: 0, ...answer });
      },
    },
  });
  return { exitCode, sent, printed: printed.join('\n'), complained: complained.join('\n') };
}

/** What the import does in the bucket, with rights of its own. */
async function asImport() {
  const credentials = { accessKeyId: 'AKIAIMPORT', secretAccessKey: 'not-a-secret' };
  rig.addUser('import', credentials, [
    { Effect: 'Allow', Action: 's3:*', Resource: [bucketArn, `${bucketArn}/*`] },
  ]);
  const client = rig.client({ credentials });
  return {
    customers: async (id: unknown) => {
      const Key = `imports/${id}/customers.csv`;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Body?.transformToString('latin1');
    },
    report: async (id: unknown, batch: number, Body: string) => {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: `imports/${id}/report/${batch}.csv`, Body }),
      );
    },
  };
}

const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

describe('import-campaign', () => {
  it('uploads the file, looks on and writes the report beside it', async () => {
    const { customers, report } = await asImport();
    const uploaded: unknown[] = [];
    answers = [
      {},
      { file: { rows: 20, batches: 10 }, batchesDone: 3, counts: { created: 6 } },
      {
        file: { rows: 20, batches: 10 },
        batchesDone: 10,
        counts: { created: 18, unchanged: 2 },
        finishedAt: 'now',
      },
    ];
    happens = async ({ command, importId: id }) => {
      if (command !== 'ImportCampaign') return;
      uploaded.push(await customers(id));
      for (let batch = 0; batch < 10; batch += 1) await report(id, batch, `${batch + 2};klant;created;;\r\n`);
    };
    const { exitCode, sent, printed, complained } = await run(
      `import-campaign ${folder}/customers.csv --deadline 2027-05-31 --ladder 60,PT30S,0`,
    );
    expect({ exitCode, uploaded }).toEqual({ exitCode: 0, uploaded: [content] });
    expect(sent[0]).toMatchObject({
      command: 'ImportCampaign',
      importId,
      campaignId: 'visma-net',
      dryRun: false,
      deadline: '2027-05-31',
      ladder: ['P60D', 'PT30S', 'P0D'],
    });
    expect(complained).toMatch(
      /Uploading .*\nThe form of the file is checked …\n6 of 20 rows\n20 of 20 rows/,
    );
    expect(printed).toMatch(/created +18\nunchanged +2\nreport +.*customers-report\.csv/);
    const lines = Array.from({ length: 10 }, (_, batch) => `${batch + 2};klant;created;;\r\n`);
    expect(read('customers-report.csv')).toBe(header + lines.join(''));
    expect(readdirSync(folder).sort()).toEqual(['customers-report.csv', 'customers.csv']);
  }, 20_000);

  it('sends bytes as they are, whatever their encoding', async () => {
    const { customers } = await asImport();
    const bytes = randomBytes(3_000_000);
    writeFileSync(path.join(folder, 'customers.csv'), bytes);
    answers = [{ file: { rows: 0, batches: 0 }, batchesDone: 0, finishedAt: 'now' }];
    let uploaded: string | undefined;
    happens = async ({ command, importId: id }) => {
      if (command === 'ImportCampaign') uploaded = await customers(id);
    };
    const { exitCode, sent } = await run(
      `import-campaign ${folder}/customers.csv --dry-run --campaign other`,
    );
    expect(exitCode).toBe(0);
    expect(sent[0]).toMatchObject({ dryRun: true, campaignId: 'other' });
    expect(uploaded === bytes.toString('latin1')).toBe(true);
  });

  it('ends with 2 when rows were refused, and when the whole file was', async () => {
    const { report } = await asImport();
    happens = async ({ importId: id }) => report(id, 0, '2;x;refused;name;is missing\r\n');
    answers = [{ file: { rows: 1, batches: 1 }, batchesDone: 1, counts: { refused: 1 }, finishedAt: 'now' }];
    expect(await run(`import-campaign ${folder}/customers.csv`)).toMatchObject({ exitCode: 2 });
    const refusal = { line: 3, column: '', message: 'A quote never closes.' };
    answers = [{ refusal, finishedAt: 'now' }];
    const { exitCode, printed } = await run(`import-campaign ${folder}/customers.csv`);
    expect(exitCode).toBe(2);
    expect(printed).toContain('A quote never closes.');
    expect(read('customers-report.csv')).toContain('refused;name;is missing');
  });

  it('does not wait for a part that failed, and says how to go on', async () => {
    const { report } = await asImport();
    happens = async ({ importId: id }) => report(id, 0, '2;klant;created;;\r\n');
    answers = [{ file: { rows: 2, batches: 2 }, batchesDone: 1, counts: { created: 1 }, givenUp: ['1'] }];
    const { exitCode, printed } = await run(`import-campaign ${folder}/customers.csv`);
    expect(exitCode).toBe(1);
    expect(printed).toMatch(/lacking +1\nnext +redrive import/);
    expect(read('customers-report.csv')).toBe(`${header}2;klant;created;;\r\n`);
  });

  it('tells how to look again after Ctrl-C, and then writes the report', async () => {
    const { report } = await asImport();
    const over = answers;
    answers = [{ file: { rows: 9, batches: 1 }, counts: { created: 3 } }];
    const line = `import-campaign ${folder}/customers.csv`;
    const { exitCode, complained } = await run(line, { interruptAt: '3 of 9 rows' });
    expect(exitCode).toBe(1);
    const [, again = ''] = /goes on by itself\. Look again with: (import-report .*)$/.exec(complained) ?? [];
    answers = over;
    happens = async ({ importId: id }) => report(id, 0, '2;klant;created;;\r\n');
    expect((await run(again)).exitCode).toBe(0);
    expect(read('customers-report.csv')).toBe(`${header}2;klant;created;;\r\n`);
  });

  it.each([
    ['the import is asked for', 'ImportCampaign', 'If it has begun, it goes on by itself.'],
    ['it looks on', 'ShowImport', 'The import goes on by itself.'],
  ])('tells how to look again when nobody answers while %s', async (_name, asked, words) => {
    happens = async ({ command }) => {
      if (command === asked) throw new TypeError('fetch failed');
    };
    const { exitCode, sent, complained } = await run(`import-campaign ${folder}/customers.csv`);
    expect(exitCode).toBe(1);
    expect(complained).toContain(
      `does not answer. ${words} Look again with: import-report ${sent[0]?.importId} ${folder}/customers-report.csv`,
    );
    const { customers } = await asImport();
    expect(await customers(sent[0]?.importId)).toBe(content);
  });

  it('says where else to write a report that cannot be written', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const { exitCode, complained } = await run(`import-report ${id} ${folder}/nowhere/report.csv`);
    expect(exitCode).toBe(1);
    expect(complained).toMatch(
      new RegExp(`cannot be written.* elsewhere with import-report ${id} <file>\\.$`),
    );
  });

  it('imports nothing of a file that is still being written', async () => {
    const { exitCode, sent, complained } = await run(`import-campaign ${folder}/customers.csv`, {
      writeAt: 'Uploading',
    });
    expect({ exitCode, sent }).toEqual({ exitCode: 2, sent: [] });
    expect(complained).toContain('import it when nothing writes to it any more');
  });

  it('imports nothing when it is interrupted within the upload', async () => {
    const { exitCode, sent, complained } = await run(`import-campaign ${folder}/customers.csv`, {
      interruptAt: 'Uploading',
    });
    expect({ exitCode, sent }).toEqual({ exitCode: 1, sent: [] });
    expect(complained).toContain('Nothing was imported.');
  });

  it('takes the file back when the service refuses the import', async () => {
    const { customers } = await asImport();
    refusal = { error: 'conflict', message: 'Campaign visma-net has another deadline.' };
    const { exitCode, sent, complained } = await run(`import-campaign ${folder}/customers.csv`);
    expect(exitCode).toBe(4);
    expect(complained).toContain('has another deadline');
    await expect(customers(sent[0]?.importId)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it.each([
    ['missing.csv', [], /cannot be read/],
    ['', [], /is no file/],
    ['empty.csv', [], /is empty/],
    ['large.csv', [], /is larger than 1 GB/],
    ['customers.csv', ['--deadline', 'soon'], /deadline: must be a day/],
    ['customers.csv', ['--campaign', 'No_Name'], /campaign/i],
    ['customers.csv', ['--endpoint', 'https://a.example', '--region', 'eu-west-1'], /Give --bucket/],
  ])('refuses %s %j before anything is sent', async (file, flags, reason) => {
    writeFileSync(path.join(folder, 'empty.csv'), '');
    writeFileSync(path.join(folder, 'large.csv'), '');
    // A file of holes takes no room.
    truncateSync(path.join(folder, 'large.csv'), 1024 ** 3 + 1);
    const line = ['import-campaign', path.join(folder, file), ...flags].join(' ');
    const { exitCode, sent, complained } = await run(line);
    expect({ exitCode, sent }).toEqual({ exitCode: 2, sent: [] });
    expect(complained).toMatch(reason);
  });
});
