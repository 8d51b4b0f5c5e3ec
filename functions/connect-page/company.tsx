import { randomUUID } from 'node:crypto';
import { inWords } from '../../shared/domain/environment/dutch-time.ts';
import type { Locale } from '../../shared/domain/environment/environment.ts';
import { withSingleStops } from '../../shared/platform/punctuation.ts';
import { type CompanyView, type Situation, type Step, steps } from './company-view.ts';
import type { PasteProblem } from './read-paste.ts';
import type { SubmittedAction } from './submit.ts';
import type { PageText } from './texts/page-text.ts';

export interface FormContext {
  readonly link: string;
  /** Of the forms behind this link. */
  readonly token: string;
  readonly locale: Locale;
  readonly text: PageText;
}

/** What was pasted and is wrong, to be shown where it was pasted. */
export interface Mistake {
  readonly companyId: string;
  readonly problem: PasteProblem;
  readonly pasted: string;
}

export function CompanyCard({
  view,
  context,
  mistake,
}: {
  view: CompanyView;
  context: FormContext;
  mistake?: Mistake | undefined;
}) {
  const { text, locale } = context;
  const { companyId, name, situation, failure } = view;
  const general = text.situations(name)[situation];
  const special =
    failure !== undefined && failure !== 'client-rejected'
      ? text.failures(name, view.tenantIdStart ?? '')[failure]
      : general;
  // That it worked before comes first; then why it does not now.
  const told = situation === 'disconnected' ? { ...special, heading: general.heading } : special;
  return (
    <section
      class="card"
      id={companyId}
      aria-labelledby={`${companyId}-name`}
      data-version={`${view.version} ${situation}`}
      data-told={`${name}: ${told.heading}`}
    >
      <h2 id={`${companyId}-name`}>{name}</h2>
      <ol class="steps" aria-label={text.stepsOf(name)}>
        {steps.map((step) => (
          <StepItem key={step} step={step} view={view} text={text} />
        ))}
      </ol>
      <div class={`told ${tone(situation)}`}>
        <h3>{told.heading}</h3>
        <p>{withSingleStops(told.what)}</p>
        {situation === 'mapping' && (
          <p>
            <a href="#mapping">{text.mapping.heading}</a>
          </p>
        )}
      </div>
      {view.code !== undefined && (
        <div class="code">
          <p>{text.code.label}</p>
          <code id={`${companyId}-code`}>{view.code.value}</code>
          <p>
            <small>{text.code.until(inWords(view.code.expiresAt, locale))}</small>
          </p>
          <p>
            <a href="#guide">{text.guide.heading}</a>
          </p>
          <button
            type="button"
            class="quiet"
            hidden
            data-copy={`${companyId}-code`}
            data-copied={text.code.copied}
          >
            {text.code.copy}
          </button>
        </div>
      )}
      {view.actions.map((action, index) => {
        switch (action) {
          case 'tenant-id':
            return <TenantIdForm key={action} view={view} context={context} mistake={mistake} />;
          case 'integrated':
            return (
              <ButtonForm
                key={action}
                view={view}
                context={context}
                action="integrated"
                label={failure === undefined ? text.forms.integrated : text.forms.tryAgain}
              />
            );
          case 'new-code':
          case 'code-again':
            return (
              <ButtonForm
                key={action}
                view={view}
                context={context}
                action="new-code"
                label={newCodeLabel(action, situation, text)}
                isQuiet={index > 0}
              />
            );
          default:
            return null;
        }
      })}
    </section>
  );
}

function newCodeLabel(action: 'new-code' | 'code-again', situation: Situation, { forms }: PageText): string {
  if (action === 'code-again') return forms.codeAgain;
  return situation === 'not-requested' ? forms.firstCode : forms.newCode;
}

function StepItem({ step, view, text }: { step: Step; view: CompanyView; text: PageText }) {
  const status = view.steps[step];
  return (
    <li class={status} {...(status === 'now' ? { 'aria-current': 'step' as const } : {})}>
      <b>{text.steps[step]}</b> <span>{text.statuses[status]}</span>
    </li>
  );
}

function TenantIdForm({
  view: { companyId },
  context,
  mistake,
}: {
  view: CompanyView;
  context: FormContext;
  mistake: Mistake | undefined;
}) {
  const { forms, problems } = context.text;
  const own = mistake?.companyId === companyId ? mistake : undefined;
  const field = `${companyId}-tenant-id`;
  const described = own === undefined ? `${field}-hint` : `${field}-wrong ${field}-hint`;
  return (
    <Form action="tenant-id" companyId={companyId} context={context}>
      <label for={field}>{forms.tenantId}</label>
      <p class="hint" id={`${field}-hint`}>
        {forms.tenantIdHint}
      </p>
      {own !== undefined && (
        <p class="wrong" id={`${field}-wrong`} role="alert">
          {problems[own.problem]}
        </p>
      )}
      <textarea
        id={field}
        name="tenantId"
        rows={2}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={described}
        {...(own === undefined ? {} : { 'aria-invalid': 'true' as const, autofocus: true })}
      >
        {own?.pasted}
      </textarea>
      <button type="submit">{forms.sendTenantId}</button>
    </Form>
  );
}

function ButtonForm({
  view,
  context,
  action,
  label,
  isQuiet = false,
}: {
  view: CompanyView;
  context: FormContext;
  action: SubmittedAction;
  label: string;
  isQuiet?: boolean;
}) {
  return (
    <Form action={action} companyId={view.companyId} context={context}>
      <button type="submit" class={isQuiet ? 'quiet' : ''}>
        {label}
      </button>
    </Form>
  );
}

function Form({
  action,
  companyId,
  context: { link, token },
  children,
}: {
  action: SubmittedAction;
  companyId: string;
  context: FormContext;
  children?: unknown;
}) {
  return (
    <form method="post" action={`/connect/${link}/${action}`}>
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="company" value={companyId} />
      <input type="hidden" name="submission" value={randomUUID()} />
      {children}
    </form>
  );
}

function tone(situation: Situation): string {
  return ['active', 'failed', 'expired', 'disconnected'].includes(situation) ? situation : '';
}
