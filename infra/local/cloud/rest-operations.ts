import { isRecord } from './json.ts';
import { AwsError } from './service.ts';

interface RestOperation {
  readonly service: string;
  readonly method: string;
  /** Path with `{Name}` for labels, which become members of the input. */
  readonly path: string;
  /** As IAM spells it. */
  readonly action: string;
}

/** Operations of services with a REST protocol, from their API references. */
const operations: readonly RestOperation[] = [
  {
    service: 'lambda',
    method: 'POST',
    path: '/2015-03-31/functions/{FunctionName}/invocations',
    action: 'InvokeFunction',
  },
  { service: 'ses', method: 'POST', path: '/v2/email/outbound-emails', action: 'SendEmail' },
  { service: 'scheduler', method: 'POST', path: '/schedules/{Name}', action: 'CreateSchedule' },
  { service: 'scheduler', method: 'PUT', path: '/schedules/{Name}', action: 'UpdateSchedule' },
  { service: 'scheduler', method: 'GET', path: '/schedules/{Name}', action: 'GetSchedule' },
  { service: 'scheduler', method: 'DELETE', path: '/schedules/{Name}', action: 'DeleteSchedule' },
  { service: 'scheduler', method: 'GET', path: '/schedules', action: 'ListSchedules' },
];

/**
 * Decodes a REST call: labels of the path, then query parameters, then the members of a JSON body.
 * Lambda's body is the payload itself, as text in `Payload`.
 */
export function restOperation(
  service: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): { readonly action: string; readonly input: Record<string, unknown> } {
  const url = new URL(target, 'http://local');
  for (const operation of operations) {
    if (operation.service !== service || operation.method !== method) continue;
    const labels = matchPath(operation.path, url.pathname);
    if (labels === undefined) continue;
    const input = { ...labels, ...Object.fromEntries(url.searchParams), ...content(service, headers, body) };
    return { action: operation.action, input };
  }
  throw new AwsError(
    'UnknownOperationException',
    `${service} has no ${method} ${url.pathname} in the local cloud`,
    404,
  );
}

function content(
  service: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Record<string, unknown> {
  if (service === 'lambda') {
    return {
      InvocationType: headers['x-amz-invocation-type'] ?? 'RequestResponse',
      Payload: body.toString('utf8'),
    };
  }
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (isRecord(parsed)) return parsed;
  } catch {
    // Falls through: both ways the body is not what the protocol says.
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object');
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const segment = given[index] ?? '';
    const label = /^\{(.+)\}$/.exec(part)?.[1];
    if (label !== undefined && segment !== '') labels[label] = decodeURIComponent(segment);
    else if (part !== segment) return undefined;
  }
  return labels;
}
