import { expect } from 'vitest';
import * as z from 'zod';
import { restingStates } from '../../../shared/domain/connection/transitions.ts';
import { eventually } from '../cloud/poll.ts';
import { isDeadLetters, pause, type Shown, type Stage } from './stage.ts';

const activation = z.object({ type: z.string(), data: z.object({ connectionId: z.string() }) });

/** How often one mail (event and addressee) may have left; 1 unless a test knows better. */
export type Leave = (mailId: string) => number;

/**
 * What holds whenever a stage stands still, whatever went wrong before. `connections` are those to look at, all of them
 * unless told.
 */
export async function checkStage(
  stage: Stage,
  connections: readonly Shown[],
  mayLeave: Leave = () => 1,
): Promise<void> {
  const dead = [...stage.queues()].filter(([name, count]) => isDeadLetters(name) && count > 0);
  expect(dead, 'dead letters').toEqual([]);
  checkClaims(connections);
  for (const connection of connections) checkHistory(connection);
  checkTold(stage, connections);
  checkMails(stage, mayLeave);
  const running = await stage.running();
  const atRest = connections.filter(({ state }) => restingStates.some((resting) => resting === state));
  const orphans = running.filter((name) => atRest.some(({ connectionId }) => name.startsWith(connectionId)));
  expect(orphans, 'executions that run for a connection at rest').toEqual([]);
  for (const { connectionId, attempt, state } of connections.filter((one) => !atRest.includes(one))) {
    expect(running, `the execution of ${connectionId}, which is ${state}`).toContain(
      `${connectionId}-${attempt}`,
    );
  }
}

function checkClaims(connections: readonly Shown[]): void {
  const claimed = connections.flatMap(({ state, tenantId }) => (state === 'activated' ? [tenantId] : []));
  expect(new Set(claimed).size, 'tenants of activated connections').toBe(claimed.length);
}

function checkHistory({ connectionId, history }: Shown): void {
  const gapless = history.map((_, index) => index + 1);
  expect(
    history.map(({ sequence }) => sequence),
    `history of ${connectionId}`,
  ).toEqual(gapless);
}

/** Each activation is told once, under the id of its event, and only then is it on record that it was. */
function checkTold(stage: Stage, connections: readonly Shown[]): void {
  const received = stage.local.spendCloud.received();
  for (const { connectionId, history } of connections) {
    const ids = received
      .filter(({ body }) => activation.parse(body).data.connectionId === connectionId)
      .map(({ id }) => id);
    const told = history.filter(({ type }) => type === 'SpendCloudInformed').length;
    const eventIds = history
      .filter(({ type }) => type === 'ConnectionActivated')
      .map(({ sequence }) => `${connectionId}-${String(sequence).padStart(6, '0')}`);
    expect(told, `SpendCloudInformed of ${connectionId}`).toBe(ids.length);
    expect(eventIds, `what Spend Cloud was told of ${connectionId}`).toEqual(expect.arrayContaining(ids));
  }
}

function checkMails(stage: Stage, mayLeave: Leave): void {
  const times = new Map<string, number>();
  for (const { tags, subject } of stage.local.cloud.mail.mails()) {
    const mailId = tags.mailId ?? '';
    times.set(`${mailId} ${subject}`, (times.get(`${mailId} ${subject}`) ?? 0) + 1);
  }
  const tooOften = [...times].filter(([mail, count]) => count > mayLeave(mail.split(' ')[0] ?? ''));
  expect(tooOften, 'mails that left more than once').toEqual([]);
}

/** Subjects of the mails to an address that contain `words`. */
export function mailsTo(stage: Stage, email: string, words: string): readonly string[] {
  return stage.local.cloud.mail
    .mails()
    .filter(({ to, subject }) => to.includes(email) && subject.includes(words))
    .map(({ subject }) => subject);
}

/** Waits for a mail to an address whose subject contains `words`, and answers its text and HTML together. */
export function untilMail(stage: Stage, email: string, words: string, withinMs = 60_000): Promise<string> {
  return eventually(
    async () => {
      const mail = stage.local.cloud.mail
        .mails()
        .find(({ to, subject }) => to.includes(email) && subject.includes(words));
      if (mail === undefined) await pause(150);
      return mail && `${mail.subject}\n${mail.text}\n${mail.html}`;
    },
    `a mail to ${email} about "${words}"`,
    withinMs,
  );
}

/** Where operators' mails of stage `local` go. */
export const operators = 'support@vendor.example';

/** The words of the Dutch subjects that tests look for. */
export const subjects = { code: 'uitnodigingscode', activated: 'werkt' } as const;

export function countOf({ history }: Shown, type: string): number {
  return history.filter((entry) => entry.type === type).length;
}
