import * as z from 'zod';
import { sendCommand } from '../operator/client.ts';
import type { Endpoints } from './local-stage.ts';

const mailSchema = z.array(z.object({ to: z.array(z.string()), subject: z.string(), text: z.string() }));
const listSchema = z.object({
  connections: z.array(z.object({ connectionId: z.string(), companyName: z.string(), state: z.string() })),
});
const toldSchema = z.array(
  z.object({ body: z.object({ type: z.string(), data: z.object({ companyName: z.string() }) }) }),
);

/** What people and systems around a running stage see and do, over HTTP; every wait has an end. */
export function createOnlooker(endpoints: Endpoints, environmentId: string) {
  /** Waits for a mail and answers its text. */
  async function mail(matches: (mail: { subject: string; text: string }) => boolean): Promise<string> {
    let text = '';
    await until('a mail', async () => {
      const mails = mailSchema.parse(await (await get(`${endpoints.mail}/store`)).json());
      text = mails.find(matches)?.text ?? '';
      return text !== '';
    });
    return text;
  }

  async function connections() {
    const answer = await sendCommand(endpoints, { command: 'ListConnections', environmentId, limit: 50 });
    return listSchema.parse(answer).connections;
  }

  return {
    mail,
    connections,

    /** The newest code that was mailed for a company, other than those known. */
    async codeFor(company: string, known: readonly string[] = []): Promise<string> {
      const codeIn = (text: string) => /LOCAL-[0-9A-F-]+/.exec(text)?.[0];
      const isNew = (text: string) => {
        const code = codeIn(text);
        return code !== undefined && !known.includes(code);
      };
      const text = await mail(
        ({ subject, text }) =>
          subject.includes('uitnodigingscode') && subject.includes(company) && isNew(text),
      );
      return codeIn(text) ?? '';
    },

    async stateOf(company: string, state: string): Promise<void> {
      await until(`${company} to be ${state}`, async () =>
        (await connections()).some(
          (connection) => connection.companyName === company && connection.state === state,
        ),
      );
    },

    async spendCloudKnows(company: string): Promise<void> {
      await until(`Spend Cloud to be told of ${company}`, async () => {
        const received = toldSchema.parse(await (await get(`${endpoints.spendCloud}/store`)).json());
        return received.some(
          ({ body }) => body.type === 'connection.activated' && body.data.companyName === company,
        );
      });
    },

    async writeTicket(email: string, subject: string, text: string): Promise<string> {
      const ticket = { requester: { email, name: '' }, subject, text };
      return (await post(`${endpoints.tickets}/api/tickets`, ticket, z.object({ id: z.string() }))).id;
    },

    async reply(ticketId: string, text: string): Promise<void> {
      const reply = { text, direction: 'inbound' };
      await post(`${endpoints.tickets}/api/tickets/${ticketId}/replies`, reply, z.unknown());
    },
  };
}

export type Onlooker = ReturnType<typeof createOnlooker>;

async function post<Schema extends z.ZodType>(
  url: string,
  body: unknown,
  schema: Schema,
): Promise<z.output<Schema>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return schema.parse(await response.json());
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return response;
}

/** Looks ten times a second; throws after `seconds`. */
export async function until(what: string, check: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
