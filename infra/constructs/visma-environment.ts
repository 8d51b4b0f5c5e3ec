import type { StageConfig } from '../config.ts';

/** The variables of a function that asks Visma Connect for tokens; the secret's name comes with its grant. */
export function vismaConnectEnvironment({ visma }: StageConfig): Readonly<Record<string, string>> {
  return {
    VISMA_TOKEN_URL: visma.tokenUrl,
    VISMA_SCOPES: visma.scopes.join(' '),
    VISMA_TIMEOUT_MS: String(visma.timeoutMs),
  };
}
