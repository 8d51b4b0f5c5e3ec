import {
  type LinkKeyRotation,
  type LinkKeyRotationAnswer,
  linkKeyRotationAnswer,
} from '../../contracts/commands/link-key-rotation.ts';
import { parseAs } from '../parsing.ts';
import { createInvoker, invoke } from './invocation.ts';

/** Has the key of connect links rotated by `rotate-link-key`, which alone may put it. */
export function createLinkKeyRotator(
  functionName: string,
  client = createInvoker(),
): (rotation: LinkKeyRotation) => Promise<LinkKeyRotationAnswer> {
  return async (rotation) => {
    const payload = await invoke(client, functionName, rotation, 'The rotation of the link key');
    return parseAs(linkKeyRotationAnswer, payload, 'The answer of the rotation of the link key');
  };
}
