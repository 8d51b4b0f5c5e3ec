/** Codes of failures before the first byte: a name that is not found, nobody who listens, no connection in time. */
const beforeSending = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Whether a request that `fetch` failed at has certainly not reached the other side; `fetch` wraps the reason. */
export function isNeverSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    cause instanceof Error &&
    'code' in cause &&
    typeof cause.code === 'string' &&
    beforeSending.includes(cause.code)
  );
}
