import type * as z from 'zod';
import type { Resource } from './service.ts';
import { UnsupportedTemplate } from './service.ts';

/**
 * The properties of a run resource, parsed by a strict schema: a property that the service does not honour would be
 * a silent difference from AWS, so it stops the start with its path.
 */
export function readProperties<Schema extends z.ZodType>(
  resource: Resource,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = [resource.path, 'Properties', ...(issue?.path ?? [])].join('/');
  throw new UnsupportedTemplate(
    path,
    `${issue?.message ?? 'invalid'} (${resource.type} in the local cloud does not support this)`,
  );
}
