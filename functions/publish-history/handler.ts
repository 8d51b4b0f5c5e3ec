import { parseHistoryItem } from '../../shared/adapters/dynamodb/history-items.ts';
import { createBus } from '../../shared/adapters/eventbridge/bus.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { streamHandler } from '../../shared/platform/middleware/stream-handler.ts';
import { env } from './env.ts';
import { publishHistory } from './publish-history.ts';

const { BUS_NAME } = env();
const logger = createLogger('publish-history');
const publisher = { bus: createBus(BUS_NAME), parseEntry: parseHistoryItem, log: logger };

export const handler = streamHandler({
  logger,
  run: (records) => publishHistory(publisher, records),
});
