import * as z from 'zod';
import { parseObject } from './json.ts';
import { AwsError } from './service.ts';

const entryInput = z.strictObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).default([]),
  /** Epoch seconds, as the JSON protocol sends timestamps. */
  Time: z.number().optional(),
  TraceHeader: z.string().optional(),
});
export const putEventsInput = z.strictObject({
  Entries: z.array(entryInput).min(1).max(10, 'a request has at most 10 entries'),
});

/** "The total entry size must be less than 256KB" (User Guide, "Calculating PutEvents event entry size"). */
const MAXIMUM_BYTES = 262_144;

/** Throws when the entries of a request are too large together. */
export function checkSize(entries: readonly z.output<typeof entryInput>[]): void {
  const size = entries
    .flatMap(({ Source = '', DetailType = '', Detail = '', Resources }) => [
      Source,
      DetailType,
      Detail,
      ...Resources,
    ])
    .reduce(
      (sum, text) => sum + Buffer.byteLength(text),
      14 * entries.filter((entry) => entry.Time !== undefined).length,
    );
  if (size < MAXIMUM_BYTES) return;
  const text = `Total size of the entries in the request is over the limit: ${size} of ${MAXIMUM_BYTES} bytes.`;
  throw new AwsError('ValidationException', text);
}

export type Entry =
  | {
      readonly kind: 'event';
      readonly bus: string;
      readonly source: string;
      readonly detailType: string;
      readonly detail: Record<string, unknown>;
      readonly resources: readonly string[];
      /** Milliseconds since the epoch. */
      readonly time?: number;
    }
  | { readonly kind: 'incomplete' | 'refused'; readonly code: string; readonly message: string };

/** Checks one entry by itself: the others of its request go on without it. */
export function readEntry(entry: z.output<typeof entryInput>): Entry {
  const { Source: source, DetailType: detailType, Detail: detail } = entry;
  if (!source) return incomplete('Source');
  if (!detailType) return incomplete('DetailType');
  if (!detail) return incomplete('Detail');
  if (source.startsWith('aws.'))
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (detailType.length > 128) return refused('InvalidArgument', 'DetailType has at most 128 characters.');
  const parsed = parseObject(detail);
  if (parsed === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  return {
    kind: 'event',
    bus: entry.EventBusName ?? 'default',
    source,
    detailType,
    detail: parsed,
    resources: entry.Resources,
    ...(entry.Time !== undefined && { time: entry.Time * 1000 }),
  };
}

function refused(code: string, message: string): Entry {
  return { kind: 'refused', code, message };
}

function incomplete(name: string): Entry {
  const message = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
  return { kind: 'incomplete', code: 'InvalidArgument', message };
}
