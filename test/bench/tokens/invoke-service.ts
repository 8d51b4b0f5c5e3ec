import { Agent, request } from 'node:http';
import * as z from 'zod';
import { vismaToken } from '../../../shared/contracts/tokens/token-broker.ts';
import { signedHeaders } from '../../integration/cloud/sign.ts';
import type { ServiceLoad } from './tasks.ts';

/**
 * Invokes the broker over connections that stay open, each with one request at a time. Throws when an answer is anything
 * but a token. A signature is made for every request, as any client of AWS does.
 */
export async function invokeService(
  load: ServiceLoad,
): Promise<{ readonly waits: readonly number[]; readonly seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.concurrency });
  const waits: number[] = [];
  const begin = performance.now();
  const caller = async () => {
    while (performance.now() - begin < load.forMs) {
      const before = performance.now();
      const answer = await post(agent, load);
      waits.push(performance.now() - before);
      vismaToken.parse(answer);
    }
  };
  try {
    await Promise.all(Array.from({ length: load.concurrency }, caller));
    return { waits, seconds: (performance.now() - begin) / 1000 };
  } finally {
    agent.destroy();
  }
}

function post(agent: Agent, { url, body, keys }: ServiceLoad): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...signedHeaders(url, body, keys, 'lambda'),
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(url, { method: 'POST', agent, headers, timeout: 20_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(z.json().parse(JSON.parse(text)));
        else reject(new Error(`The invocation was answered ${response.statusCode}: ${text}`));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('No answer in 20 seconds.')));
    sent.on('error', reject);
    sent.end(body);
  });
}
