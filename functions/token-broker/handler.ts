import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnectionRepository } from '../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../shared/adapters/dynamodb/environments.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import { createTokenStore } from '../../shared/adapters/dynamodb/tokens.ts';
import { createVismaClientSecret } from '../../shared/adapters/secrets-manager/secrets.ts';
import { createVismaTokenIssuer } from '../../shared/adapters/visma/token-issuer.ts';
import { createTokenSource } from '../../shared/adapters/visma/token-source.ts';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import { tokenAnswer, tokenRequest } from '../../shared/contracts/tokens/token-broker.ts';
import { createTokenCache } from '../../shared/domain/token/token-cache.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { failureFacts } from '../../shared/platform/errors.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { env } from './env.ts';
import { createLookUp } from './look-up.ts';
import { vendToken } from './vend-token.ts';

const settings = env();
// Asked thousands of times a night: a line for what goes wrong, none for what goes right.
const logger = createLogger('token-broker', 'WARN');
const policy = settings.TOKEN_POLICY;
const table = openTable(settings.TABLE_NAME);
const client = createVismaClientSecret(settings.VISMA_CLIENT_SECRET_ID, {
  onMalformed: () => logger.error(alarmLines.clientSecretMalformed),
});
const broker = {
  lookUp: createLookUp({
    connections: createConnectionRepository(table),
    environments: createEnvironmentRepository(table),
    clock: systemClock,
    seconds: policy.lookUpSeconds,
  }),
  tokens: createTokenCache({
    store: createTokenStore({ ...table, name: settings.TOKEN_TABLE_NAME }),
    issuer: createVismaTokenIssuer({
      source: createTokenSource({
        tokenUrl: settings.VISMA_TOKEN_URL,
        scopes: settings.VISMA_SCOPES,
        timeoutMs: settings.VISMA_TIMEOUT_MS,
        client,
        onFallback: () => logger.error(alarmLines.clientSecretFallback),
      }),
      client,
      scopes: settings.VISMA_SCOPES,
      onUnexplained: (error) => logger.error(alarmLines.unexplainedAnswer, failureFacts(error)),
      onClientRejected: () => logger.error(alarmLines.clientRejected),
      onAway: (error) => logger.warn('VISMA CONNECT AWAY', failureFacts(error)),
    }),
    policy,
    clock: systemClock,
    random: Math.random,
    pause,
    newOwner: randomUUID,
  }),
  retrySeconds: policy.firstRetrySeconds,
  log: logger,
};

export const handler = taskHandler({
  logger,
  input: tokenRequest,
  answer: tokenAnswer,
  run: (request) => vendToken(broker, request),
});
