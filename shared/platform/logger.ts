import { Logger } from '@aws-lambda-powertools/logger';

/** One logger a function. Ids and words only: never a secret, token, code, address or body. */
export function createLogger(serviceName: string, logLevel: 'INFO' | 'WARN' = 'INFO'): Logger {
  return new Logger({ serviceName, logLevel });
}

export type { Logger };
