import { askForCodes } from '../../shared/domain/connection/asking.ts';
import type { Connection, IssuedCode } from '../../shared/domain/connection/connection.ts';
import type { Step } from '../../shared/domain/connection/next-step.ts';
import { flagForAttention, issueCode, reportEmptyStock } from '../../shared/domain/connection/onboarding.ts';
import type { OnboardingPolicy } from '../../shared/domain/connection/policy.ts';
import { Refusal } from '../../shared/domain/connection/repository.ts';
import {
  type Execution,
  saveStep,
  type TaskWorld,
  takeStep,
} from '../../shared/domain/connection/take-step.ts';
import type { Cause } from '../../shared/domain/history/entry.ts';
import type { Stock } from '../../shared/domain/stock/stock.ts';
import { plusSeconds } from '../../shared/platform/clock.ts';
import { TransientError } from '../../shared/platform/errors.ts';

export interface CodeIssuer extends TaskWorld {
  readonly stock: Stock;
  readonly policy: OnboardingPolicy;
  /** A number from 0 up to and without 1. */
  readonly random: () => number;
}

/** Many connections want a code at once: each picks at random among the soonest to expire, so that few collide. */
const candidatesMax = 20;

/** Another look at the stock after all candidates were taken by others. */
const looksMax = 3;

/** Hands out a code, or asks operators for more and waits. A tenant ID that came meanwhile needs no code. */
export function issueInvitationCode(issuer: CodeIssuer, execution: Execution): Promise<Step> {
  return takeStep(issuer, execution, 'issue-invitation-code', async (connection, cause) => {
    const { connections, policy } = issuer;
    if (connection.codesIssued >= policy.codesIssuedMax) {
      return saveStep(connections, flagForAttention(connection, 'attempts-exhausted', cause));
    }
    return (await takeCode(issuer, connection, cause)) ?? (await askOperators(issuer, connection, cause));
  });
}

/** `undefined` when the stock is empty. */
async function takeCode(
  { connections, stock, policy, random }: CodeIssuer,
  connection: Connection,
  cause: Cause,
): Promise<Step | undefined> {
  const lastExpiry = plusSeconds(new Date(cause.at), policy.minimumCodeLifetimeSeconds);
  for (let look = 1; look <= looksMax; look += 1) {
    const candidates = [...(await stock.available(lastExpiry, candidatesMax))];
    if (candidates.length === 0) return undefined;
    for (let code = draw(candidates, random); code !== undefined; code = draw(candidates, random)) {
      try {
        return await saveStep(connections, issueCode(connection, code, policy, cause));
      } catch (error) {
        if (!(error instanceof Refusal && error.reason === 'code-gone')) throw error;
      }
    }
  }
  throw new TransientError('Other connections took every code that was looked at.');
}

function draw(candidates: IssuedCode[], random: () => number): IssuedCode | undefined {
  const [code] = candidates.splice(Math.floor(random() * candidates.length), 1);
  return code;
}

async function askOperators(
  { connections, policy }: CodeIssuer,
  connection: Connection,
  cause: Cause,
): Promise<Step> {
  const history = await connections.history(connection.connectionId, 0);
  const { ask, overdue, waitSeconds } = askForCodes(history, policy, cause.at);
  if (overdue) return saveStep(connections, flagForAttention(connection, 'stock-overdue', cause));
  if (ask) await connections.save(reportEmptyStock(connection, cause));
  return { next: 'wait-for-stock', waitSeconds };
}
