import type { Connection } from '../../shared/domain/connection/connection.ts';
import {
  type Environment,
  type Locale,
  nameAndAddress,
  takesPart,
} from '../../shared/domain/environment/environment.ts';
import { assetUrl } from './assets.ts';
import { CompanyCard, type FormContext, type Mistake } from './company.tsx';
import type { CompanyView } from './company-view.ts';
import { Drawing } from './drawings.tsx';
import { CompanyForm, HelpForm, MappingForm } from './environment-forms.tsx';
import type { PageText } from './texts/page-text.ts';

export interface PageSettings {
  readonly appStoreUrl: string;
  readonly supportEmail: string;
}

/** What came of a form, told once at the top. */
export interface Notice {
  readonly text: string;
  readonly isBad: boolean;
}

export function ConnectPage({
  environment,
  views,
  connections,
  context,
  settings,
  notice,
  mistake,
}: {
  environment: Environment;
  views: readonly CompanyView[];
  connections: readonly Connection[];
  context: FormContext;
  settings: PageSettings;
  notice?: Notice | undefined;
  mistake?: Mistake | undefined;
}) {
  const { text, link } = context;
  return (
    <Shell locale={context.locale} text={text} path={`/connect/${link}`}>
      <h1>{text.title}</h1>
      <p>
        {views.every(({ situation }) => situation === 'active')
          ? text.allActive(environment.name)
          : `${text.intro(environment.name)} ${views.length > 1 ? text.severalCompanies : ''}`}
      </p>
      {notice !== undefined && (
        <div class={notice.isBad ? 'notice bad' : 'notice'} role="status">
          <p>{notice.text}</p>
        </div>
      )}
      <p id="live" class="live" aria-live="polite" />
      <div id="companies" data-state={`/connect/${link}/state?lang=${context.locale}`}>
        <Companies views={views} context={context} mistake={mistake} />
      </div>
      <MappingForm environment={environment} connections={connections} context={context} />
      {views.some(({ situation }) => situation !== 'active') && (
        <Guide text={text} settings={settings} isOpen={views.some(isAtAppStore)} />
      )}
      {takesPart(environment) && <CompanyForm context={context} />}
      <HelpForm
        companies={environment.companies}
        contactPerson={nameAndAddress(environment.contactPerson)}
        supportEmail={settings.supportEmail}
        context={context}
      />
      <script src={assetUrl('page.js')} defer />
    </Shell>
  );
}

/** The part that changes while the page is open. */
export function Companies({
  views,
  context,
  mistake,
}: {
  views: readonly CompanyView[];
  context: FormContext;
  mistake?: Mistake | undefined;
}) {
  return (
    <>
      {views.map((view) => (
        <CompanyCard key={view.companyId} view={view} context={context} mistake={mistake} />
      ))}
    </>
  );
}

/** Says the same of a link that never was, has expired or was revoked. */
export function ClosedPage({
  context: { link, token, locale, text },
  supportEmail,
  isAuthentic,
  wasAsked,
  isStart,
}: {
  context: FormContext;
  supportEmail: string;
  /** It is ours, so that it names the environment itself. */
  isAuthentic: boolean;
  wasAsked: boolean;
  /** Nobody gave a link: none is to be blamed. */
  isStart: boolean;
}) {
  const { closed } = text;
  const path = `/connect/${encodeURIComponent(link)}`;
  return (
    <Shell locale={locale} text={text} path={path}>
      <h1>{isStart ? text.start.heading : closed.heading}</h1>
      {wasAsked ? (
        <div class="notice" role="status">
          <p>{closed.asked}</p>
        </div>
      ) : (
        <section class="card">
          <p>{isStart ? text.start.what : closed.what}</p>
          <p>{isStart ? text.start.how(supportEmail) : closed.how(supportEmail)}</p>
          <form method="post" action={`${path}/new-link`}>
            <input type="hidden" name="token" value={token} />
            {!isAuthentic && (
              <>
                <label for="email">{closed.email}</label>
                <input id="email" name="email" type="email" autocomplete="email" maxlength={320} required />
              </>
            )}
            <button type="submit">{closed.ask}</button>
          </form>
        </section>
      )}
    </Shell>
  );
}

/** Whether the customer has something to do there, or soon will have. */
function isAtAppStore({ situation, actions }: CompanyView): boolean {
  return situation === 'code-coming' || actions.length > 0;
}

const drawings = [undefined, 'company', 'code', 'integrate', 'tenant-id'] as const;

function Guide({
  text: { guide },
  settings,
  isOpen,
}: {
  text: PageText;
  settings: PageSettings;
  isOpen: boolean;
}) {
  return (
    <details class="card guide" open={isOpen}>
      <summary>
        <h2 id="guide">{guide.heading}</h2>
      </summary>
      <p>
        <a class="button" href={settings.appStoreUrl} target="_blank" rel="noopener noreferrer">
          {guide.openAppStore}
        </a>
      </p>
      {guide.parts.map(({ heading, paragraphs }, index) => {
        const drawing = drawings[index];
        return (
          <section key={heading}>
            <div>
              <h3>{heading}</h3>
              {paragraphs.map((paragraph) => (
                <p key={paragraph}>{paragraph}</p>
              ))}
            </div>
            {drawing !== undefined && <Drawing name={drawing} title={guide.drawings[drawing]} />}
          </section>
        );
      })}
    </details>
  );
}

function Shell({
  locale,
  text,
  path,
  children,
}: {
  locale: Locale;
  text: PageText;
  path?: string;
  children?: unknown;
}) {
  const other: Locale = locale === 'nl' ? 'en' : 'nl';
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{text.title}</title>
        <link rel="stylesheet" href={assetUrl('page.css')} />
      </head>
      <body>
        <a class="skip" href="#content">
          {text.skip}
        </a>
        <header>
          <div>
            <strong>Spend Cloud</strong>
            <a href={`${path ?? ''}?lang=${other}`} lang={other} hreflang={other}>
              {text.otherLanguage}
            </a>
          </div>
        </header>
        <main id="content">{children}</main>
      </body>
    </html>
  );
}
