/** A UUID of any version: Visma's own samples are version 1 (visma.md [S15]). */
const uuid = /(?<![0-9a-z-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z-])/gi;

/** Every distinct UUID in a text, lower case, in order of appearance. */
export function findUuids(text: string): readonly string[] {
  return [...new Set([...text.matchAll(uuid)].map((match) => match[0].toLowerCase()))];
}

/** The tenant ID in a value that should be nothing else, trimmed and lower case; `undefined` when it is not a UUID. */
export function parseTenantId(value: string): string | undefined {
  const trimmed = value.trim().toLowerCase();
  const [found, ...others] = findUuids(trimmed);
  return others.length === 0 && found === trimmed && !/^[0-]+$/.test(trimmed) ? found : undefined;
}
