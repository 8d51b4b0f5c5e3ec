import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import { plusSeconds } from '../../shared/platform/clock.ts';
import { codeIdOf } from '../../shared/platform/ids.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { ok } from './answers.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';

/**
 * `AddInvitationCodes`: each code is answered for itself, by its id and never with the code. `too-old`: it would not
 * live long enough to be handed out.
 */
export async function addCodes(
  dependencies: OperatorDependencies,
  { codes }: CommandOf<'AddInvitationCodes'>,
  cause: CommandCause,
): Promise<HttpAnswer> {
  const usableAfter = firstUsefulExpiry(dependencies);
  const lives = codes.map(({ expiresAt }) => Date.parse(expiresAt) > Date.parse(usableAfter));
  const fresh = codes
    .filter((_, index) => lives[index] === true)
    .map(({ code, expiresAt }) => ({ code, expiresAt: new Date(expiresAt).toISOString() }));
  const added = fresh.length === 0 ? [] : [...(await dependencies.stock.add(fresh, cause))];
  const outcomes = lives.map((isLiving) => (isLiving ? (added.shift() ?? 'known') : 'too-old'));
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  return ok({
    added: count('added'),
    known: count('known'),
    tooOld: count('too-old'),
    usableAfter,
    codes: codes.map(({ code, expiresAt }, index) => ({
      codeId: codeIdOf(code),
      expiresAt: new Date(expiresAt).toISOString(),
      outcome: outcomes[index],
    })),
  });
}

/** `ShowStock`: how many codes can be handed out, until when, and who waits for one. */
export async function showStock(dependencies: OperatorDependencies): Promise<HttpAnswer> {
  const count = await dependencies.stock.count(firstUsefulExpiry(dependencies));
  const waiting = await dependencies.waitingRoom.waitingForStock();
  return ok({ ...count, waitingConnections: waiting });
}

function firstUsefulExpiry({ clock, policy }: OperatorDependencies): string {
  return plusSeconds(clock(), policy.minimumCodeLifetimeSeconds);
}
