import type { Child } from 'hono/jsx';
import { Notice, Page } from '../page.tsx';
import type { Tenant, User } from './directory.ts';

/** Who is signed in, and to which organisation. */
export interface Visitor {
  readonly user: User;
  readonly tenant: Tenant | undefined;
}

function Frame({ title, visitor, children }: { title: string; visitor?: Visitor; children?: Child }) {
  return (
    <Page
      title={title}
      brand="App Store"
      theme="store"
      home="/app-store"
      corner={visitor && <AccountMenu {...visitor} />}
    >
      {children}
    </Page>
  );
}

/** Name and company in the upper right corner; the menu under it shows the tenant ID (seed article, visma.md 4.2). */
function AccountMenu({ user, tenant }: Visitor) {
  return (
    <>
      <button type="button" class="account" popovertarget="account-menu" aria-haspopup="true">
        {user.name}
        <small>{tenant?.name ?? 'No organization chosen'}</small>
      </button>
      <section id="account-menu" class="menu" popover="auto" aria-label="Account">
        <p>
          <strong>{user.name}</strong>
          <br />
          <span class="soft small">{user.email}</span>
        </p>
        {tenant && (
          <>
            <p>
              <strong>{tenant.name}</strong>
            </p>
            <label for="tenant-id">Tenant ID</label>
            <input id="tenant-id" type="text" readonly value={tenant.tenantId} size={36} />
          </>
        )}
        <div class="row spread">
          <a href="/app-store/organizations">Change organization</a>
          <form method="post" action="/app-store/sign-out">
            <button type="submit" class="plain">
              Sign out
            </button>
          </form>
        </div>
      </section>
    </>
  );
}

export function SignInPage({
  users,
  email,
  error,
}: {
  users: readonly User[];
  email: string;
  error?: string;
}) {
  return (
    <Frame title="Sign in">
      <div class="narrow">
        <h1>Sign in</h1>
        {error && <Notice kind="error">{error}</Notice>}
        <form method="post" action="/app-store/sign-in" class="card">
          <label for="email">E-mail address</label>
          <input id="email" name="email" type="email" required value={email} autocomplete="username" />
          <button type="submit">Sign in</button>
        </form>
        {users.length > 0 && (
          <section class="card">
            <h2>Users of this simulation</h2>
            <p class="soft small">No passwords here: choose who you are.</p>
            <form method="post" action="/app-store/sign-in">
              <ul class="choices">
                {users.map((user) => (
                  <li>
                    <button type="submit" name="email" value={user.email}>
                      <strong>{user.name}</strong>
                      <span class="soft small">{user.email}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </form>
          </section>
        )}
      </div>
    </Frame>
  );
}

export function OrganizationsPage({ visitor, tenants }: { visitor: Visitor; tenants: readonly Tenant[] }) {
  return (
    <Frame title="Change organization" visitor={visitor}>
      <div class="narrow">
        <h1>Change organization</h1>
        <p>Apps are integrated for the organization that you choose here.</p>
        <form method="post" action="/app-store/organizations">
          <ul class="choices">
            {tenants.map((tenant) => (
              <li>
                <button type="submit" name="tenantId" value={tenant.tenantId}>
                  <strong>{tenant.name}</strong>
                  <span class="soft small">
                    {tenant.kind === 'customer' ? 'Customer' : `Company · ${tenant.corporateId}`}
                    {tenant.tenantId === visitor.tenant?.tenantId ? ' · chosen now' : ''}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </form>
        {tenants.length === 0 && (
          <Notice kind="error">
            You have no role in any organization. Ask a Customer administrator to add you.
          </Notice>
        )}
      </div>
    </Frame>
  );
}

interface StoreProps {
  readonly visitor: Visitor;
  readonly mayIntegrate: boolean;
  readonly code: string;
  readonly error?: string;
  /** Apps the organisation has. */
  readonly apps: readonly string[];
}

export function StorePage({ visitor, mayIntegrate, code, error, apps }: StoreProps) {
  return (
    <Frame title="Apps" visitor={visitor}>
      <h1>Apps for {visitor.tenant?.name}</h1>
      {error && <Notice kind="error">{error}</Notice>}
      {mayIntegrate ? (
        <form method="post" action="/app-store/invitation" class="card">
          <h2>Do you have an invitation?</h2>
          <label for="code">
            Invitation code
            <span class="hint">From the vendor of the app that you want to integrate</span>
          </label>
          <input
            id="code"
            name="code"
            type="text"
            required
            value={code}
            autocomplete="off"
            spellcheck={false}
          />
          <button type="submit">Find app</button>
        </form>
      ) : (
        <Notice kind="info">
          You need the role Integration Administrator in {visitor.tenant?.name} to integrate apps. A Customer
          administrator can give it to you under Users and roles.
        </Notice>
      )}
      <section class="card">
        <h2>Integrated apps</h2>
        {apps.length === 0 ? (
          <p class="soft">None yet.</p>
        ) : (
          <ul class="choices">
            {apps.map((name) => (
              <li>
                <a class="pick" href="/app-store/app">
                  <strong>{name}</strong>
                  <span class="soft small">Show details and permissions</span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </section>
    </Frame>
  );
}

interface AppProps {
  readonly visitor: Visitor;
  readonly appName: string;
  readonly integrated: boolean;
  readonly mayIntegrate: boolean;
  readonly fresh: boolean;
}

export function AppPage({ visitor, appName, integrated, mayIntegrate, fresh }: AppProps) {
  return (
    <Frame title={appName} visitor={visitor}>
      {fresh && (
        <Notice kind="success">
          {appName} is integrated with {visitor.tenant?.name}: your tenant ID is under your name in the upper
          right corner.
        </Notice>
      )}
      <article class="card app">
        <span class="logo" aria-hidden="true">
          {appName.slice(0, 1)}
        </span>
        <div>
          <h1>{appName}</h1>
          <p class="soft">Reads and writes data of your company through the Visma.net ERP Service API.</p>
          {integrated ? (
            <>
              <p>
                <span class="tag good">Integrated</span> with {visitor.tenant?.name}
              </p>
              {mayIntegrate && (
                <div class="row">
                  <a class="button plain" href="/app-store/app/permissions">
                    Change permissions
                  </a>
                  <form method="post" action="/app-store/app/removal">
                    <button type="submit" class="danger">
                      Remove integration
                    </button>
                  </form>
                </div>
              )}
            </>
          ) : (
            <>
              <p>
                For <strong>{visitor.tenant?.name}</strong>
              </p>
              <form method="get" action="/app-store/app/permissions">
                <button type="submit">Integrate</button>
              </form>
            </>
          )}
        </div>
      </article>
    </Frame>
  );
}

interface PermissionsProps {
  readonly visitor: Visitor;
  readonly appName: string;
  readonly scopes: readonly string[];
  readonly granted: readonly string[];
  readonly error?: string;
}

export function PermissionsPage({ visitor, appName, scopes, granted, error }: PermissionsProps) {
  return (
    <Frame title="Application permissions" visitor={visitor}>
      <dialog open class="sheet" aria-labelledby="permissions-title">
        <h1 id="permissions-title">Application permissions</h1>
        <p>
          {appName} asks for access to <strong>{visitor.tenant?.name}</strong>. Switch off what it must not
          do.
        </p>
        {error && <Notice kind="error">{error}</Notice>}
        <form method="post" action="/app-store/app/permissions">
          {scopes.map((scope) => (
            <label class="switch">
              <input type="checkbox" name="scope" value={scope} checked={granted.includes(scope)} />
              <span>
                <strong>{describe(scope)}</strong>
                <code>{scope}</code>
              </span>
            </label>
          ))}
          <div class="row">
            <button type="submit">Accept</button>
            <a class="button plain" href="/app-store/app">
              Cancel
            </a>
          </div>
        </form>
      </dialog>
    </Frame>
  );
}

function describe(scope: string): string {
  const words: Record<string, string> = {
    read: 'Read data',
    create: 'Create data',
    update: 'Change data',
    delete: 'Delete data',
  };
  return words[scope.split(':').at(-1) ?? ''] ?? 'Other access';
}
