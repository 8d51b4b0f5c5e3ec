import { expect } from 'vitest';
import * as z from 'zod';
import { restingStates } from '../../../shared/domain/connection/transitions.ts';
import { eventually } from '../cloud/poll.ts';
import { isDeadLetters, pause, type Shown, type Stage } from './stage.ts';

const told = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.object({ connectionId: z.string() }),
});

/** How often a mail about an event may have left to one addressee; 1 unless a test knows better. */
type Leave = (eventId: string) => number;

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

/**
 * Spend Cloud hears of each activation and of each end under the id of its event, so that a repetition is known, and goes
 * by the latest: which is that of the connection. An activation that ended before it could be told is not told.
 */
function checkTold(stage: Stage, connections: readonly Shown[]): void {
  const received = stage.local.spendCloud.received().map(({ id, body }) => ({ id, ...told.parse(body) }));
  for (const shown of connections) {
    const { connectionId, state } = shown;
    const own = received.filter(({ data }) => data.connectionId === connectionId);
    const idsOf = (type: string) => own.filter((one) => one.type === type).map(({ id }) => id);
    const activations = idsOf('connection.activated');
    expect(eventIds(shown, 'ConnectionActivated'), `what Spend Cloud was told of ${connectionId}`).toEqual(
      expect.arrayContaining(activations),
    );
    expect(countOf(shown, 'SpendCloudInformed'), `SpendCloudInformed of ${connectionId}`).toBe(
      activations.length,
    );
    expect(idsOf('connection.deactivated').sort(), `ends of ${connectionId}`).toEqual(
      eventIds(shown, 'ConnectionDeactivated'),
    );
    const latest = own.toSorted((one, other) => one.timestamp.localeCompare(other.timestamp)).at(-1)?.type;
    const believed = latest === 'connection.activated' ? 'activated' : 'something else';
    expect(believed, `what Spend Cloud goes by for ${connectionId}`).toBe(
      state === 'activated' ? 'activated' : 'something else',
    );
  }
}

function eventIds({ connectionId, history }: Shown, type: string): readonly string[] {
  const entries = history.filter((entry) => entry.type === type);
  return entries.map(({ sequence }) => `${connectionId}-${String(sequence).padStart(6, '0')}`);
}

function checkMails(stage: Stage, mayLeave: Leave): void {
  const mails = Map.groupBy(stage.local.cloud.mail.mails(), ({ tags }) => tags.mailId ?? '');
  const tooOften = [...mails.values()]
    .filter((copies) => copies.length > mayLeave(copies[0]?.tags.eventId ?? ''))
    .map((copies) => copies.map(({ subject }) => subject));
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
