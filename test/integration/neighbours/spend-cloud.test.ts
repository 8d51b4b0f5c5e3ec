import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type RunningSpendCloud,
  startSpendCloud,
} from '../../../infra/local/neighbours/spend-cloud/spend-cloud.tsx';
import { getJson, postJson } from './receiver.ts';

const key = Buffer.from('spend-cloud-signing-key-of-32-by');
const secret = `whsec_${key.toString('base64')}`;

let running: RunningSpendCloud;
beforeEach(async () => {
  running = await startSpendCloud({ port: 0, secret });
});
afterEach(() => running.stop());

const activated = { type: 'connection.activated', data: { connectionId: 'c-1', note: '<script>x</script>' } };

/** Signs as the specification says, with node:crypto only. */
function send(message: { id?: string; body?: string; at?: number; key?: Buffer; signature?: string } = {}) {
  const { id = 'msg_1', body = JSON.stringify(activated), at = Math.floor(Date.now() / 1000) } = message;
  const hmac = createHmac('sha256', message.key ?? key).update(`${id}.${at}.${body}`);
  return postJson(`${running.url}/webhooks/visma-onboarding`, body, {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': message.signature ?? `v1,${hmac.digest('base64')}`,
  });
}

describe('Spend Cloud', () => {
  it('takes a signed message once, however often it comes', async () => {
    expect(await send()).toEqual({ status: 200, body: { status: 'stored' } });
    expect(await send()).toEqual({ status: 200, body: { status: 'known already' } });
    await send({ id: 'msg_2' });
    expect(await getJson(`${running.url}/store`)).toEqual([
      { id: 'msg_1', receivedAt: expect.any(String), times: 2, body: activated },
      { id: 'msg_2', receivedAt: expect.any(String), times: 1, body: activated },
    ]);
  });

  it.each([
    ['another key', { key: Buffer.from('another-key-of-at-least-24-bytes') }],
    ['no known version', { signature: 'v9,abc' }],
    ['an empty signature', { signature: '' }],
    ['an old timestamp', { at: Math.floor(Date.now() / 1000) - 3_600 }],
    ['a future timestamp', { at: Math.floor(Date.now() / 1000) + 3_600 }],
  ])('refuses %s', async (_name, message) => {
    expect((await send(message)).status).toBe(401);
    expect(running.received()).toEqual([]);
  });

  it('refuses a changed body and a signed body that is not JSON', async () => {
    const at = Math.floor(Date.now() / 1000);
    const signature = `v1,${createHmac('sha256', key).update(`msg_1.${at}.{}`).digest('base64')}`;
    expect((await send({ at, signature })).status).toBe(401);
    expect((await send({ body: 'not json' })).status).toBe(400);
    expect(running.received()).toEqual([]);
  });

  it('accepts two secrets during a rotation', async () => {
    const next = Buffer.from('the-next-signing-key-of-32-bytes');
    await postJson(`${running.url}/control`, { secrets: [secret, `whsec_${next.toString('base64')}`] });
    expect((await send()).status).toBe(200);
    expect((await send({ id: 'msg_2', key: next })).status).toBe(200);
  });

  it('fails the next n, or all until told otherwise, and slowly', async () => {
    await postJson(`${running.url}/control`, { fail: 2, slowMs: 1 });
    expect([(await send()).status, (await send()).status, (await send()).status]).toEqual([503, 503, 200]);
    await postJson(`${running.url}/control`, { status: 410 });
    expect([(await send()).status, (await send()).status]).toEqual([410, 410]);
    expect(await getJson(`${running.url}/control`)).toMatchObject({ failing: { status: 410 } });
    await postJson(`${running.url}/control`, { status: null });
    expect((await send()).status).toBe(200);
    expect((await postJson(`${running.url}/control`, { fail: 'some' })).status).toBe(400);
  });

  it('shows what it was told, escaped, and empties its store', async () => {
    await send();
    const page = await (await fetch(running.url)).text();
    expect(page).toContain('connection.activated');
    expect(page).not.toContain('<script>');
    await fetch(`${running.url}/store`, { method: 'DELETE' });
    expect(await getJson(`${running.url}/store`)).toEqual([]);
  });

  it('shows a reminder inside the product until a later message takes it away, in whatever order they come', async () => {
    const environmentId = 'voorbeeld';
    const due = (timestamp: string, daysLeft: number) => ({
      type: 'reminder.due',
      timestamp,
      data: {
        environmentId,
        campaignId: 'visma-net',
        rung: 'P30D',
        step: 'code-issued',
        daysLeft,
        deadline: '2027-05-31',
        link: 'https://connect.vendor.example/connect',
      },
    });
    const cleared = { type: 'reminder.cleared', timestamp: '2027-05-03', data: { environmentId } };
    await send({ id: 'msg_2', body: JSON.stringify(due('2027-05-02', 29)) });
    await send({ id: 'msg_1', body: JSON.stringify(due('2027-05-01', 30)) });
    expect(running.reminders()).toMatchObject([{ environmentId, daysLeft: 29 }]);
    const page = await (await fetch(running.url)).text();
    expect(page).toContain('Use your invitation code');
    expect(page).toContain('href="https://connect.vendor.example/connect"');
    await send({ id: 'msg_3', body: JSON.stringify(cleared) });
    await send({ id: 'msg_0', body: JSON.stringify(due('2027-04-30', 31)) });
    expect(running.reminders()).toEqual([]);
    expect(await (await fetch(running.url)).text()).not.toContain('Inside the product');
  });

  it('refuses to start with a secret that is none', async () => {
    await expect(startSpendCloud({ port: 0, secret: 'whsec_%%%' })).rejects.toThrow();
  });
});
