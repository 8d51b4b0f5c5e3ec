import { createHash } from 'node:crypto';
import * as z from 'zod';

/** A message attribute as the API carries it; `BinaryValue` is base64, as the JSON protocol sends it. */
const messageAttribute = z.strictObject({
  DataType: z.string().min(1).max(256),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
export const messageAttributes = z.record(z.string(), messageAttribute);
export type MessageAttributes = z.output<typeof messageAttributes>;

/** A message that lies in a queue. Times are milliseconds since the epoch. */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  /** Kept when the message moves to a dead-letter queue: its retention counts from the first send. */
  readonly sentAt: number;
  readonly visibleAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  /** The only handle that deletes; older ones of the same message no longer do. */
  readonly receiptHandle?: string;
  /** The queue that gave up on it: where a move task without destination takes it back to. */
  readonly deadLetterSource?: string;
}

/** "Amazon SQS … replaces those invalid characters with U+FFFD" (API reference, SendMessage, MessageBody). */
export function withoutInvalidCharacters(body: string): string {
  return body.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

/** Bytes that count against the message size: body, and each attribute's name, type and value. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + bytesOf(attribute).length,
    Buffer.byteLength(body),
  );
}

export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/**
 * MD5 of the attributes, which SDKs compare: sorted by name, each as length-prefixed name, type, one byte for the
 * transport type and length-prefixed value (Developer Guide, "Calculating the MD5 message digest for message attributes").
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(Buffer.from([attribute.DataType.startsWith('Binary') ? 2 : 1]));
    add(bytesOf(attribute));
  }
  return hash.digest('hex');
}

function bytesOf(attribute: z.output<typeof messageAttribute>): Buffer {
  return attribute.BinaryValue === undefined
    ? Buffer.from(attribute.StringValue ?? '')
    : Buffer.from(attribute.BinaryValue, 'base64');
}
