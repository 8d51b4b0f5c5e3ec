import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Child } from 'hono/jsx';
import { answerPage, field } from '../page.tsx';
import {
  AppPage,
  OrganizationsPage,
  PermissionsPage,
  SignInPage,
  StorePage,
  type Visitor,
} from './app-store-pages.tsx';
import type { Tenant, User } from './directory.ts';
import type { CodeCheck } from './invitation-codes.ts';
import type { World } from './world.ts';

interface Session {
  readonly user: User;
  tenant: Tenant | undefined;
  /** The code that was entered for this tenant and is taken when the customer accepts. */
  code: string | undefined;
}

const cookie = 'app-store-session';

const codeErrors: Record<Exclude<CodeCheck, 'open'>, string> = {
  unknown:
    'This invitation code is not known. Check it for typing mistakes, or ask the vendor for a new one.',
  accepted: 'This invitation code has been used already. Ask the vendor for a new one.',
  expired: 'This invitation code has expired. Ask the vendor for a new one.',
};

/** The App Store as a customer walks through it (visma.md 4.2, 4.3; the vendor's article). */
export function appStoreRoutes(app: Hono, world: World): void {
  const sessions = new Map<string, Session>();
  const { directory, application } = world;

  const readSession = (c: Context) => sessions.get(getCookie(c, cookie) ?? '');

  /** Runs the page for a visitor who has signed in and chosen an organisation, else sends him there. */
  function withTenant(page: (c: Context, session: Session, tenant: Tenant) => Promise<Response> | Response) {
    return (c: Context) => {
      const session = readSession(c);
      if (session === undefined) return c.redirect('/app-store/sign-in', 303);
      if (session.tenant === undefined) return c.redirect('/app-store/organizations', 303);
      return page(c, session, session.tenant);
    };
  }

  const isAdministrator = ({ user }: Session, { tenantId }: Tenant) =>
    directory.hasRole(user, tenantId, 'Integration Administrator');

  /** Home of the store, also with what was wrong with a code. */
  function storePage(session: Session, tenant: Tenant, wrong?: { code: string; error: string }): Child {
    return (
      <StorePage
        visitor={visitorOf(session)}
        mayIntegrate={isAdministrator(session, tenant)}
        code={wrong?.code ?? ''}
        apps={world.integration(tenant.tenantId) === undefined ? [] : [application.name]}
        {...(wrong === undefined ? {} : { error: wrong.error })}
      />
    );
  }

  app.get('/', (c) => c.redirect('/app-store', 303));

  app.get('/app-store/sign-in', (c) => answerPage(c, <SignInPage users={directory.users()} email="" />));

  app.post('/app-store/sign-in', async (c) => {
    const email = field(await c.req.formData(), 'email');
    const user = directory.user(email);
    if (user === undefined) {
      const error = 'There is no user with this e-mail address.';
      return answerPage(c, <SignInPage users={directory.users()} email={email} error={error} />, 422);
    }
    const id = randomUUID();
    const tenants = directory.tenantsOf(user);
    sessions.set(id, { user, tenant: tenants.length === 1 ? tenants[0] : undefined, code: undefined });
    setCookie(c, cookie, id, { httpOnly: true, sameSite: 'Lax', path: '/' });
    return c.redirect('/app-store', 303);
  });

  app.post('/app-store/sign-out', (c) => {
    sessions.delete(getCookie(c, cookie) ?? '');
    deleteCookie(c, cookie, { path: '/' });
    return c.redirect('/app-store/sign-in', 303);
  });

  app.get('/app-store/organizations', (c) => {
    const session = readSession(c);
    if (session === undefined) return c.redirect('/app-store/sign-in', 303);
    const tenants = directory.tenantsOf(session.user);
    return answerPage(c, <OrganizationsPage visitor={visitorOf(session)} tenants={tenants} />);
  });

  app.post('/app-store/organizations', async (c) => {
    const session = readSession(c);
    if (session === undefined) return c.redirect('/app-store/sign-in', 303);
    const tenantId = field(await c.req.formData(), 'tenantId');
    const tenant = directory.tenantsOf(session.user).find((own) => own.tenantId === tenantId);
    if (tenant === undefined) return c.redirect('/app-store/organizations', 303);
    session.tenant = tenant;
    // A code shows the app to the organisation it was entered for.
    session.code = undefined;
    return c.redirect('/app-store', 303);
  });

  app.get(
    '/app-store',
    withTenant((c, session, tenant) => answerPage(c, storePage(session, tenant))),
  );

  app.post(
    '/app-store/invitation',
    withTenant(async (c, session, tenant) => {
      const code = field(await c.req.formData(), 'code');
      if (!isAdministrator(session, tenant)) return answerPage(c, storePage(session, tenant), 403);
      const check = world.codes.check(code);
      if (check !== 'open') {
        return answerPage(c, storePage(session, tenant, { code, error: codeErrors[check] }), 422);
      }
      session.code = code;
      return c.redirect('/app-store/app', 303);
    }),
  );

  app.get(
    '/app-store/app',
    withTenant((c, session, tenant) => {
      const integrated = world.integration(tenant.tenantId) !== undefined;
      // The app is "invite only": without a code it doesn't exist for this organisation.
      if (!integrated && session.code === undefined) return c.redirect('/app-store', 303);
      return answerPage(
        c,
        <AppPage
          visitor={visitorOf(session)}
          appName={application.name}
          // A code entered again for an organisation that has the app already is a new integration.
          integrated={integrated && session.code === undefined}
          mayIntegrate={isAdministrator(session, tenant)}
          fresh={c.req.query('integrated') === 'now'}
        />,
      );
    }),
  );

  function permissionsPage(session: Session, tenant: Tenant, error?: string): Child {
    return (
      <PermissionsPage
        visitor={visitorOf(session)}
        appName={application.name}
        scopes={application.scopes}
        granted={world.integration(tenant.tenantId)?.scopes ?? application.scopes}
        {...(error === undefined ? {} : { error })}
      />
    );
  }

  app.get(
    '/app-store/app/permissions',
    withTenant((c, session, tenant) => {
      const entitled = session.code !== undefined || world.integration(tenant.tenantId) !== undefined;
      if (!entitled || !isAdministrator(session, tenant)) return c.redirect('/app-store', 303);
      return answerPage(c, permissionsPage(session, tenant));
    }),
  );

  app.post(
    '/app-store/app/permissions',
    withTenant(async (c, session, tenant) => {
      const chosen = (await c.req.formData()).getAll('scope');
      const scopes = application.scopes.filter((scope) => chosen.includes(scope));
      if (!isAdministrator(session, tenant)) return answerPage(c, storePage(session, tenant), 403);
      if (scopes.length === 0) {
        return answerPage(
          c,
          permissionsPage(session, tenant, 'Leave at least one permission on, or cancel.'),
          422,
        );
      }
      const { code } = session;
      session.code = undefined;
      if (code === undefined) {
        if (world.integration(tenant.tenantId) === undefined) return c.redirect('/app-store', 303);
        world.grant(tenant.tenantId, scopes);
        return c.redirect('/app-store/app', 303);
      }
      // Checked again: the code may have been used or have expired since it was entered.
      const check = world.integrate(tenant, code, scopes);
      if (check === 'open') return c.redirect('/app-store/app?integrated=now', 303);
      return answerPage(c, storePage(session, tenant, { code, error: codeErrors[check] }), 422);
    }),
  );

  // ASSUMPTION (visma.md 4.4): removing is described nowhere; tokens already issued live on.
  app.post(
    '/app-store/app/removal',
    withTenant((c, session, tenant) => {
      if (!isAdministrator(session, tenant)) return answerPage(c, storePage(session, tenant), 403);
      world.removeIntegration(tenant.tenantId);
      return c.redirect('/app-store', 303);
    }),
  );
}

function visitorOf({ user, tenant }: Session): Visitor {
  return { user, tenant };
}
