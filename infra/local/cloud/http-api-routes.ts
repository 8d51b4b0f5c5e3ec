/** A route key of an HTTP API, e.g. `POST /webhooks/{kind+}`, `ANY /x` or `$default`. */
export interface RoutePattern {
  readonly key: string;
  /** `ANY` for all. */
  readonly method: string;
  /** Undefined for `$default`. */
  readonly segments: readonly string[] | undefined;
}

export interface RouteMatch<Route extends RoutePattern> {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Parses a route key; undefined when it is none. */
export function parseRouteKey(key: string): RoutePattern | undefined {
  if (key === '$default') return { key, method: 'ANY', segments: undefined };
  const [, method = '', path = ''] = /^(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (\/\S*)$/.exec(key) ?? [];
  if (method === '') return undefined;
  const segments = split(path);
  const greedy = segments.findIndex((segment) => /^\{.+\+\}$/.test(segment));
  if (greedy >= 0 && greedy < segments.length - 1) return undefined;
  return { key, method, segments };
}

/**
 * The most specific route: a full match before one with path variables, those before a greedy one, a method before
 * `ANY`, and `$default` last (API Gateway, "Working with routes for HTTP APIs").
 */
export function findRoute<Route extends RoutePattern>(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch<Route> | undefined {
  const given = split(path);
  const found = routes.flatMap((route) => {
    if (route.method !== 'ANY' && route.method !== method) return [];
    const pathParameters = match(route.segments, given);
    return pathParameters === undefined ? [] : [{ route, pathParameters }];
  });
  found.sort((left, right) => compareRanks(rank(left.route), rank(right.route)));
  return found[0];
}

function split(path: string): string[] {
  return path.split('/').slice(1);
}

function match(
  segments: readonly string[] | undefined,
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  if (segments === undefined) return parameters;
  for (const [index, segment] of segments.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(segment)?.[1];
    if (greedy !== undefined) {
      const rest = given.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [greedy]: rest };
    }
    const value = given[index];
    const variable = /^\{(.+)\}$/.exec(segment)?.[1];
    if (value === undefined) return undefined;
    if (variable === undefined ? value !== segment : value === '') return undefined;
    if (variable !== undefined) parameters[variable] = value;
  }
  return given.length === segments.length ? parameters : undefined;
}

/** Per segment: fixed 0, variable 1, greedy 2; then the method. Lower is more specific. */
function rank(route: RoutePattern): readonly number[] {
  if (route.segments === undefined) return [3];
  const kinds = route.segments.map((segment) =>
    segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0,
  );
  return [...kinds, route.method === 'ANY' ? 1 : 0];
}

function compareRanks(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
