/**
 * What every AWS client gets: without it a lost connection is waited for until the function itself is killed. The SDK
 * only warns about a breach unless it is told to throw. 4 tries × (1 s + 5 s) stay below a function's 30 seconds.
 */
export const clientSettings = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};
