import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Endpoints, writeEndpoints } from '../../../infra/local/local-stage.ts';

let folder: string;
let file: string;
let mailbox: Server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'endpoints-'));
  file = join(folder, '.local/endpoints.json');
  mailbox = createServer((_, response) => response.end('[]'));
  await new Promise<void>((resolve) => mailbox.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  mailbox.close();
  await rm(folder, { recursive: true });
});

/** Of a stage whose mailbox is at that address. */
function endpointsAt(mail: string): Endpoints {
  const keys = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'x' };
  return {
    api: mail,
    aws: mail,
    visma: mail,
    mail,
    tickets: mail,
    zohoDesk: mail,
    spendCloud: mail,
    importBucket: 'imports',
    region: 'eu-west-1',
    operator: keys,
    secondOperator: keys,
    spendCloudKeys: keys,
    secrets: { genericTickets: 'whsec_eA==', visma: 'x' },
  };
}

const running = () => endpointsAt(`http://127.0.0.1:${(mailbox.address() as AddressInfo).port}`);
const dead = endpointsAt('http://127.0.0.1:1');
const written = async () => JSON.parse(await readFile(file, 'utf8'));

describe('the file of endpoints', () => {
  it('is for this user’s eyes and goes with its stage', async () => {
    const remove = await writeEndpoints(running(), file);
    expect(await written()).toEqual(running());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await remove();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('is given back to the stage that still runs beside', async () => {
    await writeEndpoints(running(), file);
    const remove = await writeEndpoints(dead, file);
    await remove();
    expect(await written()).toEqual(running());
  });

  it('is not given back to a stage that ended without tidying up', async () => {
    await writeEndpoints(dead, file);
    const remove = await writeEndpoints(running(), file);
    await remove();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('is left alone when a later stage wrote it', async () => {
    const remove = await writeEndpoints(running(), file);
    await writeEndpoints(dead, file);
    await remove();
    expect(await written()).toEqual(dead);
  });
});
