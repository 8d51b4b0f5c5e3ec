import { randomBytes } from 'node:crypto';
import { createLinkKeyVersions } from '../../shared/adapters/secrets-manager/link-key-versions.ts';
import { linkKeyRotation, linkKeyRotationAnswer } from '../../shared/contracts/commands/link-key-rotation.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { env } from './env.ts';
import { rotateLinkKey } from './rotate-link-key.ts';

const { CONNECT_LINK_SECRET_ID, CONNECT_LINK_DAYS } = env();
const logger = createLogger('rotate-link-key');
const dependencies = {
  versions: createLinkKeyVersions(CONNECT_LINK_SECRET_ID),
  newKey: () => randomBytes(32).toString('base64url'),
  linkDays: CONNECT_LINK_DAYS,
  clock: systemClock,
  log: logger,
};

export const handler = taskHandler({
  logger,
  input: linkKeyRotation,
  answer: linkKeyRotationAnswer,
  run: (rotation) => rotateLinkKey(dependencies, rotation),
});
