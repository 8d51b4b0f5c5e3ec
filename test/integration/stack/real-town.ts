import { randomUUID } from 'node:crypto';
import { type CommandInput, CommandRefused } from '../../../infra/operator/client.ts';
import type { Action, Condition, Member, TenantName } from '../../unit/onboarding/town.ts';
import { type Customer, uuidOfVisma } from './deliveries.ts';
import type { Shown, Stage } from './stage.ts';

/** What customers and operators do in a story that the running stage and the model both understand. */
export type Deed =
  | Extract<Action, { do: 'map' | 'switch' | 'check' }>
  | { readonly do: 'cancel'; readonly who: Member }
  /** `tenant`: the one that the operator sees. */
  | (Extract<Action, { do: 'decide' }> & { readonly tenant: RealTenant })
  | (Extract<Action, { who: Member; by: string }> & { readonly by: 'ticket' | 'operator' });

/** The model's tenants that Visma's simulator can stand for; the one of two companies at once it cannot. */
export const realTenants = ['ofA', 'ofB', 'ofC', 'twin', 'stranger', 'bare'] as const satisfies TenantName[];
export type RealTenant = (typeof realTenants)[number];

/** What the model says of a connection and an operator can see. */
export interface Visible {
  readonly state: string;
  readonly tenant: string | undefined;
  readonly reason: string | undefined;
  readonly lastFailure: string | undefined;
  readonly hasCode: boolean;
  readonly codesIssued: number;
  readonly failures: number;
  /** Days on which health checks failed. */
  readonly failing: number;
  readonly isBroken: boolean;
}

const switchesOf: Readonly<Record<Exclude<Condition, 'not-integrated'>, object>> = {
  read: {},
  'wrong-organisation': { http: 401 },
  'no-licence': { licence: false },
  'missing-scopes': { grantedScopes: ['vismanet_erp_service_api:read'] },
};
const healthy = { http: null, licence: null, grantedScopes: null };

let towns = 0;

/** The model's two customers with their three companies on a running stage, under names of their own. */
export class RealTown {
  readonly #stage: Stage;
  readonly #number: string;
  readonly #north: Customer;
  readonly #south: Customer;
  readonly #tenants: Readonly<Record<RealTenant, string>>;
  readonly #connectionIds: Record<Member, string> = { A: '', B: '', C: '' };
  /** Of the latest health check: ahead of the clock by more than a story takes, so that only its own days count. */
  #period: number;
  /** What was sent and accepted: sent once more it is known. A refused command is not remembered by anyone. */
  readonly #sent: (() => Promise<boolean>)[] = [];

  constructor(stage: Stage) {
    towns += 1;
    this.#stage = stage;
    this.#period = stage.period() + 20;
    this.#number = String(towns).padStart(3, '0');
    this.#north = stage.newCustomer();
    this.#south = stage.newCustomer();
    const ids = realTenants.map((name) => [name, uuidOfVisma()] as const);
    this.#tenants = Object.fromEntries(ids) as Record<RealTenant, string>;
  }

  /** Registers both customers; they ask for their codes, and all tenants are integrated. */
  async begin(): Promise<void> {
    const numberOf = (name: RealTenant) => this.#numberOf(name);
    for (const name of realTenants) {
      this.#stage.knownToVisma({
        name: `Bedrijf ${this.#number} ${name}`,
        tenantId: this.#tenants[name],
        customerTenantId: uuidOfVisma(),
        corporateId: numberOf(name),
      });
      this.#stage.integrate(this.#tenants[name], { told: false });
    }
    const north = [
      { name: this.#nameOf('A'), corporateId: numberOf('ofA') },
      { name: this.#nameOf('B'), corporateId: numberOf('ofB') },
    ];
    const south = [{ name: this.#nameOf('C'), corporateId: numberOf('ofC') }];
    const [a, b] = await this.#register(this.#north, north, ['adm-A', 'adm-B']);
    const [c] = await this.#register(this.#south, south, ['adm-C']);
    Object.assign(this.#connectionIds, { A: a, B: b, C: c });
    for (const customer of [this.#north, this.#south]) await this.#stage.asksForCode(customer);
  }

  async #register(
    { environmentId, name, email }: Customer,
    companies: { name: string; corporateId: string }[],
    administrations: string[],
  ): Promise<readonly string[]> {
    return this.#stage.registerEnvironment({
      environmentId,
      name,
      email,
      companies,
      administrations: administrations.map((administrationId) => ({
        administrationId,
        name: administrationId,
      })),
    });
  }

  /** Does it, `copies` times in all. What the service refuses changes nothing, which the comparison then shows. */
  async act(deed: Deed, copies: number): Promise<void> {
    const send = this.#sender(deed);
    if (send === undefined) return;
    const accepted = await Promise.all(Array.from({ length: copies }, send));
    if (accepted.every(Boolean)) this.#sent.push(send);
  }

  /** A delivery or command of an earlier deed comes once more. */
  async repeat(which: number): Promise<void> {
    await this.#sent[which % Math.max(1, this.#sent.length)]?.();
  }

  async look(who: Member): Promise<Visible> {
    const shown = await this.#stage.show(this.#connectionIds[who]);
    return {
      state: shown.state,
      tenant: this.#nameOfTenant(shown),
      reason: shown.attention?.reason,
      lastFailure: shown.lastFailure,
      hasCode: shown.invitationCode !== undefined,
      codesIssued: shown.codesIssued,
      failures: shown.accessTestFailures,
      failing: shown.health?.failingPeriods ?? 0,
      isBroken: shown.disconnection !== undefined,
    };
  }

  #sender(deed: Deed): (() => Promise<boolean>) | undefined {
    if (deed.do === 'switch') {
      const change = switchesOf[deed.condition as keyof typeof switchesOf];
      this.#stage.local.visma.control.setTenantSwitches(this.#tenants[deed.tenant as RealTenant], {
        ...healthy,
        ...change,
      });
      return undefined;
    }
    if (deed.do === 'check') return this.#check(deed);
    if ('by' in deed && deed.by === 'ticket') return this.#onTicket(deed);
    const keys = deed.do === 'decide' && deed.operator === 'operator:2' ? 'secondOperator' : 'operator';
    // The id makes the repetition known as one.
    const command = { ...this.#command(deed), commandId: randomUUID() } as CommandInput;
    return async () => {
      try {
        await this.#stage.command(command, this.#stage.local.endpoints[keys]);
        return true;
      } catch (error) {
        if (error instanceof CommandRefused && error.status === 409) return false;
        throw error;
      }
    };
  }

  /** Never repeated later: a check of another day is another check. */
  #check({ who, next }: Extract<Deed, { do: 'check' }>): () => Promise<boolean> {
    if (next) this.#period += 1;
    const message = { kind: 'check', connectionId: this.#connectionIds[who], period: this.#period } as const;
    return async () => {
      await this.#stage.queueHealth(message);
      return false;
    };
  }

  #onTicket(deed: Extract<Deed, { by: string }>): () => Promise<boolean> {
    const webhookId = `msg_${randomUUID()}`;
    const texts = {
      tenant: deed.do === 'tenant' ? `De tenant ID is ${this.#tenants[deed.tenant as RealTenant]}` : '',
      CodeRequested: 'Mogen we een nieuwe code?',
      IntegrationReported: 'De integratie is gelukt.',
      AccessTestRetryRequested: 'De integratie is gelukt.',
    };
    return async () => (await this.#stage.ticket(this.#south, { text: texts[deed.do], webhookId })) !== '';
  }

  #command(deed: Exclude<Deed, { do: 'switch' | 'check' }>): CommandInput {
    if (deed.do === 'map') {
      return {
        command: 'MapAdministrations',
        environmentId: this.#north.environmentId,
        mapping: deed.administrations.map((who) => ({
          administrationId: `adm-${who}`,
          connectionId: this.#connectionIds[who],
        })),
      };
    }
    const connectionId = this.#connectionIds[deed.who];
    switch (deed.do) {
      case 'cancel':
        return { command: 'CancelConnection', connectionId };
      case 'decide': {
        const tenantId = this.#tenants[deed.tenant];
        return { command: 'DecideConnection', connectionId, decision: deed.decision, tenantId };
      }
      case 'tenant':
        return {
          command: 'SubmitTenantId',
          connectionId,
          tenantId: this.#tenants[deed.tenant as RealTenant],
        };
      case 'CodeRequested': {
        const { environmentId } = deed.who === 'C' ? this.#south : this.#north;
        return { command: 'RequestCode', environmentId, companies: [this.#nameOf(deed.who)] };
      }
      default:
        return { command: 'RetryAccessTest', connectionId };
    }
  }

  #nameOf(who: Member): string {
    return `Bedrijf ${this.#number} ${who} B.V.`;
  }

  #numberOf(name: RealTenant): string {
    const own = (digit: string) => `${digit}2716${this.#number}`;
    if (name === 'bare') return '';
    if (name === 'twin') return own('1').replace(/^(.{4})/, '$1 ');
    return own({ ofA: '1', ofB: '2', ofC: '3', stranger: '9' }[name]);
  }

  #nameOfTenant({ tenantId }: Shown): string | undefined {
    return realTenants.find((name) => this.#tenants[name] === tenantId) ?? tenantId;
  }
}
