import { createHash } from 'node:crypto';
import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { conflict, ok } from './answers.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';

/** `RotateLinkKey`: the function that may put the key makes a new one; no key passes through here. */
export async function rotateLinkKey(
  dependencies: OperatorDependencies,
  { force }: CommandOf<'RotateLinkKey'>,
  { deliveryKey }: CommandCause,
): Promise<HttpAnswer> {
  // An id of a request is too short for the token, and a hash has just its length.
  const requestToken = createHash('sha256').update(deliveryKey).digest('hex');
  const answer = await dependencies.rotateLinkKey({ requestToken, force });
  switch (answer.outcome) {
    case 'rotated':
    case 'repeated':
      return ok({ outcome: answer.outcome });
    case 'overtaken':
      return conflict('Another rotation of the link key was faster; this one changed nothing.');
    case 'too-early':
      return conflict(
        `Links of the previous key may be in use until ${answer.possibleFrom}: a rotation would end them. Wait, or force it when the key has leaked.`,
      );
  }
}
