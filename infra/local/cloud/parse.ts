import type * as z from 'zod';
import { type ApiCall, AwsError, type Resource, UnsupportedTemplate } from './service.ts';

/**
 * The properties of a resource as `schema` types them. Schemas are strict objects: a property that a service does not
 * honour is an `UnsupportedTemplate` with its path, never ignored.
 */
export function readProperties<T extends z.ZodType>(resource: Resource, schema: T): z.output<T> {
  const parsed = schema.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  throw new UnsupportedTemplate(`${resource.path}.Properties`, describe(parsed.error));
}

/**
 * The input of an API call. Strict too: a parameter that the local cloud does not know is an error of the call, with
 * `code` as the error's name (`ValidationException` unless the service names it differently).
 */
export function readInput<T extends z.ZodType>(call: ApiCall, schema: T, code = 'ValidationException'): z.output<T> {
  const parsed = schema.safeParse(call.input);
  if (parsed.success) return parsed.data;
  throw new AwsError(code, `${call.service}:${call.action}: ${describe(parsed.error)}`);
}

function describe(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const path = issue.path.map(String).join('.');
      if (issue.code === 'unrecognized_keys') {
        const names = issue.keys.map((key) => (path === '' ? key : `${path}.${key}`)).join(', ');
        return `${names}: not supported by the local cloud`;
      }
      return path === '' ? issue.message : `${path}: ${issue.message}`;
    })
    .join('; ');
}
