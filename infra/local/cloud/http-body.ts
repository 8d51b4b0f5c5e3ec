import type { IncomingMessage } from 'node:http';

/** The whole body, or `too-large` beyond `limit` bytes (the rest is read and dropped so that an answer can be sent). */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too-large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= limit) chunks.push(bytes);
  }
  return size > limit ? 'too-large' : Buffer.concat(chunks);
}

/** Header names are lower-case already; repeated headers are joined with a comma as HTTP has it. */
export function flatHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined) flat[name] = values.join(name === 'cookie' ? '; ' : ',');
  }
  return flat;
}
