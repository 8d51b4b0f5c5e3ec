/** Passed in wherever time matters, so that a test can say what time it is. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** The instant `seconds` after `from`, as ISO 8601 in UTC with milliseconds. */
export function plusSeconds(from: Date, seconds: number): string {
  return new Date(from.getTime() + seconds * 1000).toISOString();
}
