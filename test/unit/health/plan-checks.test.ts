import { describe, expect, it } from 'vitest';
import { planChecks } from '../../../functions/check-health/plan-checks.ts';
import { type HealthMessage, healthMessage } from '../../../shared/contracts/queues/health.ts';
import { places } from '../../../shared/domain/connection/check-times.ts';
import type { HealthSchedule } from '../../../shared/domain/connection/health.ts';
import { periodOf } from '../../../shared/domain/connection/health.ts';
import { aHealthPolicy } from '../../builders/connection.ts';
import { later, someTime } from '../../builders/history.ts';

const policy = aHealthPolicy();
const today = periodOf(someTime, policy);

/** Connections by name, each at its place. */
function scene(placed: Readonly<Record<string, number>>, now = someTime) {
  const sent: { message: HealthMessage; delaySeconds: number | undefined }[] = [];
  const healthSchedule: HealthSchedule = {
    due: async ({ from, to }) =>
      Object.entries(placed)
        .filter(([, place]) => from <= place && place < to)
        .map(([connectionId, place]) => ({ connectionId, place })),
    end: async () => undefined,
  };
  const planner = {
    healthSchedule,
    policy,
    clock: () => new Date(now),
    queue: {
      send: async (message: HealthMessage, delaySeconds?: number) => {
        sent.push({ message: healthMessage.parse(message), delaySeconds });
      },
    },
  };
  return { sent, plan: (at: string) => planChecks(planner, at) };
}

/** The place of an instant in its day. */
const placeAt = (instant: string) => Math.ceil(((Date.parse(instant) / 86_400_000) % 1) * places);

describe('planning', () => {
  it('queues each check that is due for its own moment', async () => {
    const placed = {
      con_now: placeAt(someTime),
      con_soon: placeAt(later(450)),
      con_next: placeAt(later(905)),
      con_before: placeAt(later(-5)),
    };
    const { sent, plan } = scene(placed);
    expect(await plan(someTime)).toBe(2);
    expect(sent.map(({ message }) => message)).toEqual([
      { kind: 'check', connectionId: 'con_now', period: today },
      { kind: 'check', connectionId: 'con_soon', period: today },
    ]);
    expect(sent.map(({ delaySeconds }) => Math.round((delaySeconds ?? 0) / 2))).toEqual([0, 225]);
  });

  it('goes on into the next day', async () => {
    const at = '2026-03-02T23:50:00.000Z';
    const { sent, plan } = scene({ con_late: placeAt('2026-03-02T23:59:00.000Z'), con_early: 7 }, at);
    expect(await plan(at)).toBe(2);
    expect(sent.map(({ message }) => message)).toEqual([
      { kind: 'check', connectionId: 'con_late', period: today },
      { kind: 'check', connectionId: 'con_early', period: today + 1 },
    ]);
  });

  it('that is late sends at once', async () => {
    const { sent, plan } = scene({ con_soon: placeAt(later(450)) }, later(3_600));
    await plan(someTime);
    expect(sent[0]?.delaySeconds).toBeLessThan(0);
  });

  it('sends hundreds', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 137 }, (_, index) => [`con_${index}`, placeAt(someTime)]),
    );
    const { sent, plan } = scene(many);
    expect(await plan(someTime)).toBe(137);
    expect(new Set(sent.map(({ message }) => JSON.stringify(message))).size).toBe(137);
  });
});
