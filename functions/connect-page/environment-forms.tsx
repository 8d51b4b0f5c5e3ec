import { randomUUID } from 'node:crypto';
import type { Connection } from '../../shared/domain/connection/connection.ts';
import { type Company, type Environment, notExported } from '../../shared/domain/environment/environment.ts';
import { helpTopics } from '../../shared/domain/environment/help-requests.ts';
import { connectionIdOf } from '../../shared/platform/ids.ts';
import type { FormContext } from './company.tsx';
import { type EnvironmentAction, mappingField } from './submit-environment.ts';

/** What is still to be mapped, once there is more than one company to choose from. */
export function MappingForm({
  environment,
  connections,
  context,
}: {
  environment: Environment;
  connections: readonly Connection[];
  context: FormContext;
}) {
  const { mapping } = context.text;
  const unmapped = environment.administrations.filter(({ connectionId }) => connectionId === undefined);
  const living = connections.filter(({ state }) => state !== 'cancelled');
  if (unmapped.length === 0 || living.length === 0 || environment.companies.length < 2) return null;
  const choices = environment.companies.flatMap(({ companyId, name }) => {
    const value = connectionIdOf(environment.environmentId, companyId);
    return living.some(({ connectionId }) => connectionId === value) ? [{ value, name }] : [];
  });
  return (
    <section class="card" aria-labelledby="mapping">
      <h2 id="mapping">{mapping.heading}</h2>
      <p>{mapping.what}</p>
      <EnvironmentForm action="mapping" context={context}>
        {unmapped.map(({ administrationId, name }, index) => (
          <p class="pair" key={administrationId}>
            <label for={`map-${index}`}>{name}</label>
            <select id={`map-${index}`} name={`${mappingField}${administrationId}`}>
              <option value="">{mapping.choose}</option>
              {choices.map((choice) => (
                <option key={choice.value} value={choice.value}>
                  {choice.name}
                </option>
              ))}
              <option value={notExported}>{mapping.notExported}</option>
            </select>
          </p>
        ))}
        <button type="submit">{mapping.save}</button>
      </EnvironmentForm>
    </section>
  );
}

/** Names a company that nobody has registered. */
export function CompanyForm({ context }: { context: FormContext }) {
  const { company } = context.text;
  return (
    <section class="card" aria-labelledby="company">
      <h2 id="company">{company.heading}</h2>
      <p>{company.what}</p>
      <EnvironmentForm action="company" context={context}>
        <label for="company-name">{company.name}</label>
        <input
          id="company-name"
          name="name"
          type="text"
          maxlength={200}
          required
          autocomplete="organization"
        />
        <button type="submit" class="quiet">
          {company.add}
        </button>
      </EnvironmentForm>
    </section>
  );
}

/** Calls an operator, with a topic and never with words of his own: they might hold what is no mail's business. */
export function HelpForm({
  companies,
  contactPerson,
  supportEmail,
  context,
}: {
  companies: readonly Company[];
  contactPerson: string;
  supportEmail: string;
  context: FormContext;
}) {
  const { help } = context.text;
  return (
    <section class="card" aria-labelledby="help">
      <h2 id="help">{help.heading}</h2>
      <p>{help.what}</p>
      <EnvironmentForm action="help" context={context}>
        <label for="help-topic">{help.topic}</label>
        <select id="help-topic" name="topic" required>
          <option value="">{help.choose}</option>
          {helpTopics.map((topic) => (
            <option key={topic} value={topic}>
              {help.topics[topic]}
            </option>
          ))}
        </select>
        {companies.length > 1 && (
          <>
            <label for="help-company">{help.company}</label>
            <select id="help-company" name="company">
              <option value="">{help.noCompany}</option>
              {companies.map(({ companyId, name }) => (
                <option key={companyId} value={companyId}>
                  {name}
                </option>
              ))}
            </select>
          </>
        )}
        <button type="submit" class="quiet">
          {help.ask}
        </button>
      </EnvironmentForm>
      <p>{help.text(contactPerson, supportEmail)}</p>
    </section>
  );
}

function EnvironmentForm({
  action,
  context: { link, token },
  children,
}: {
  action: EnvironmentAction;
  context: FormContext;
  children?: unknown;
}) {
  return (
    <form method="post" action={`/connect/${link}/${action}`}>
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="submission" value={randomUUID()} />
      {children}
    </form>
  );
}
