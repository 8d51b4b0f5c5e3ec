import * as z from 'zod';

const entry = z.looseObject({
  level: z.string(),
  message: z.string(),
  timestamp: z.string(),
  service: z.string(),
});

/** What every line of a function carries; on one machine it only hides the rest. */
const everywhere = /^(level|message|timestamp|service|cold_start|function_.*|sampling_rate|xray_trace_id)$/;

/**
 * A line of the local cloud as a person reads it: `12:00:01 send-mail  MAIL OUTCOME outcome=settled`. `undefined` for
 * the two lines that each invocation writes, unless `verbose`.
 */
export function readableLine(channel: string, line: string, verbose = false): string | undefined {
  const parsed = entry.safeParse(parseJson(line));
  if (!parsed.success) return `${''.padEnd(8)} ${channel}  ${printable(line.trimEnd())}`;
  const { level, message, timestamp, service } = parsed.data;
  if (!verbose && level === 'INFO' && (message === 'STARTED' || message === 'COMPLETED')) return undefined;
  const facts = Object.entries(parsed.data)
    .filter(([name]) => !everywhere.test(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const loud = level === 'INFO' ? [] : [level];
  return printable([timestamp.slice(11, 19), service.padEnd(22), ...loud, message, ...facts].join(' '));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A name in a log line must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? ' ' : '�'));
}
