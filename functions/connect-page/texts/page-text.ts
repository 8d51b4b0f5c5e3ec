import type { AccessTestFailure } from '../../../shared/domain/connection/connection.ts';
import type { HelpTopic } from '../../../shared/domain/environment/help-requests.ts';
import type { Situation, Step, StepStatus } from '../company-view.ts';
import type { PasteProblem } from '../read-paste.ts';
import type { SubmittedAction } from '../submit.ts';
import type { EnvironmentAction } from '../submit-environment.ts';

interface Told {
  readonly heading: string;
  readonly what: string;
}

/** All that the page says in one language. */
export interface PageText {
  readonly title: string;
  readonly intro: (environment: string) => string;
  readonly severalCompanies: string;
  /** In place of the two before, once nothing is left to do. */
  readonly allActive: (environment: string) => string;
  readonly otherLanguage: string;
  readonly skip: string;
  readonly updates: string;
  readonly stepsOf: (company: string) => string;
  readonly steps: Readonly<Record<Step, string>>;
  readonly statuses: Readonly<Record<StepStatus, string>>;
  readonly situations: (company: string) => Readonly<Record<Situation, Told>>;
  readonly failures: (
    company: string,
    tenantIdStart: string,
  ) => Readonly<Record<Exclude<AccessTestFailure, 'client-rejected'>, Told>>;
  readonly code: {
    readonly label: string;
    readonly until: (when: string) => string;
    readonly copy: string;
    readonly copied: string;
  };
  readonly forms: {
    readonly tenantId: string;
    readonly tenantIdHint: string;
    readonly sendTenantId: string;
    readonly integrated: string;
    readonly tryAgain: string;
    readonly newCode: string;
    readonly firstCode: string;
    readonly codeAgain: string;
    readonly more: string;
  };
  readonly done: Readonly<Record<SubmittedAction | Exclude<EnvironmentAction, 'help'>, string>>;
  readonly mapping: {
    readonly heading: string;
    readonly what: string;
    readonly choose: string;
    readonly notExported: string;
    readonly save: string;
  };
  readonly company: {
    readonly heading: string;
    readonly what: string;
    readonly name: string;
    readonly add: string;
  };
  readonly notPossible: string;
  readonly problems: Readonly<Record<PasteProblem, string>>;
  readonly guide: {
    readonly heading: string;
    readonly openAppStore: string;
    readonly parts: readonly { readonly heading: string; readonly paragraphs: readonly string[] }[];
    readonly drawings: Readonly<Record<'code' | 'company' | 'integrate' | 'tenant-id', string>>;
  };
  readonly help: {
    readonly heading: string;
    readonly what: string;
    readonly topic: string;
    readonly choose: string;
    readonly topics: Readonly<Record<HelpTopic, string>>;
    readonly company: string;
    readonly noCompany: string;
    readonly ask: string;
    /** What happens next, and who answers. */
    readonly asked: (contact: string) => string;
    readonly text: (contact: string, support: string) => string;
  };
  /** For who comes without a link. */
  readonly start: Told & { readonly how: (support: string) => string };
  readonly closed: Told & {
    readonly how: (support: string) => string;
    readonly email: string;
    readonly ask: string;
    readonly asked: string;
  };
}
