/**
 * A customer's Integration Administrator at the simulated App Store: the requests that the pages' forms send, over
 * real HTTP. For the demonstration and the benchmarks; the browser tests click.
 */
export interface AppStoreVisit {
  readonly visma: string;
  readonly email: string;
  readonly tenantId: string;
  readonly code: string;
}

/** Signs in, chooses the organisation, enters the code, clicks Integrate and accepts all permissions. */
export async function integrateInAppStore({ visma, email, tenantId, code }: AppStoreVisit): Promise<void> {
  let cookie = '';
  async function submit(path: string, fields: readonly (readonly [string, string])[]): Promise<Response> {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const response = await fetch(`${visma}${path}`, {
      method: 'POST',
      body,
      headers: cookie === '' ? {} : { cookie },
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status !== 303) {
      throw new Error(`The App Store answered ${response.status} to ${path}.`);
    }
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return response;
  }
  await submit('/app-store/sign-in', [['email', email]]);
  await submit('/app-store/organizations', [['tenantId', tenantId]]);
  await submit('/app-store/invitation', [['code', code]]);
  const page = await fetch(`${visma}/app-store/app/permissions`, {
    headers: { cookie },
    signal: AbortSignal.timeout(10_000),
  });
  const scopes = [
    ...(await page.text()).matchAll(/name="scope"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="scope"/g),
  ];
  const chosen = scopes.map((match) => match[1] ?? match[2] ?? '');
  if (chosen.length === 0) throw new Error('The App Store offered no permissions.');
  await submit(
    '/app-store/app/permissions',
    chosen.map((scope) => ['scope', scope] as const),
  );
}
