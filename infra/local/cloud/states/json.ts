/** What states, variables and functions exchange. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Largest JSON text that a state, task or variable assignment may carry, in bytes of UTF-8 (Step Functions quotas). */
export const DATA_LIMIT_BYTES = 256 * 1024;

/** `undefined` counts as null, as Lambda serialises a handler that returns nothing. */
export function toJson(value: unknown): Json {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/** The value of a JSON text, or undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
