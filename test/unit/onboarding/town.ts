import type { FactType } from '../../../shared/domain/connection/change.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import { type Fact, reportFact } from '../../../shared/domain/connection/facts.ts';
import { periodOf } from '../../../shared/domain/connection/health.ts';
import { cancel, decide, requestConnection } from '../../../shared/domain/connection/onboarding.ts';
import { onFreshState, Refusal } from '../../../shared/domain/connection/repository.ts';
import type { Environment } from '../../../shared/domain/environment/environment.ts';
import { mapAdministrations } from '../../../shared/domain/environment/mapping.ts';
import type { Cause } from '../../../shared/domain/history/entry.ts';
import type { EntryType } from '../../../shared/domain/history/entry-types.ts';
import type { TenantReading } from '../../../shared/domain/tenant/identity.ts';
import type { TenantReader } from '../../../shared/domain/tenant/repository.ts';
import { TransientError } from '../../../shared/platform/errors.ts';
import { connectionIdOf } from '../../../shared/platform/ids.ts';
import { aCompany, anAdministration, anEnvironment } from '../../builders/environment.ts';
import { later } from '../../builders/history.ts';
import { healthPolicy } from './delivery.ts';
import { type Chaos, Simulation } from './simulation.ts';

/** Three companies of two customers; `north` has two of them, so that its administrations must be mapped by hand. */
export const members = ['A', 'B', 'C'] as const;
export type Member = (typeof members)[number];

const home: Readonly<Record<Member, { environmentId: string; corporateId: string }>> = {
  A: { environmentId: 'north', corporateId: '11111111' },
  B: { environmentId: 'north', corporateId: '22222222' },
  C: { environmentId: 'south', corporateId: '33333333' },
};

/** What is truly behind each tenant: `twin` says that it is A's company too, `holding` is two companies in one. */
export const tenants = {
  ofA: { id: 'aaaaaaaa-0000-11e9-8000-000000000001', numbers: ['11111111'] },
  ofB: { id: 'bbbbbbbb-0000-11e9-8000-000000000002', numbers: ['22222222'] },
  ofC: { id: 'cccccccc-0000-11e9-8000-000000000003', numbers: ['33333333'] },
  twin: { id: 'dddddddd-0000-11e9-8000-000000000004', numbers: ['1111 1111'] },
  stranger: { id: 'eeeeeeee-0000-11e9-8000-000000000005', numbers: ['99999999'] },
  holding: { id: 'ffffffff-0000-11e9-8000-000000000006', numbers: ['11111111', '22222222'] },
  bare: { id: '99999999-0000-11e9-8000-000000000007', numbers: [''] },
} as const;
export type TenantName = keyof typeof tenants;
export const ownTenant: Readonly<Record<Member, TenantName>> = { A: 'ofA', B: 'ofB', C: 'ofC' };

export const conditions = [
  'read',
  'not-integrated',
  'wrong-organisation',
  'no-licence',
  'missing-scopes',
] as const;
export type Condition = (typeof conditions)[number];
export type Weather = 'fine' | 'down' | 'client-rejected';

/** Something that happens outside. `pass` apart, each can also happen while a function runs. */
export type Action =
  | { readonly do: 'tenant'; readonly who: Member; readonly tenant: TenantName; readonly by: Fact['source'] }
  | {
      readonly do: Exclude<FactType, 'TenantIdReported'>;
      readonly who: Member;
      readonly by: Fact['source'];
    }
  | { readonly do: 'cancel' | 'abort'; readonly who: Member }
  /** The health check of a connection, in the period of the one before or in the next. */
  | { readonly do: 'check'; readonly who: Member; readonly next: boolean }
  | {
      readonly do: 'decide';
      readonly who: Member;
      readonly decision: 'approve' | 'reject';
      readonly operator: string;
    }
  | { readonly do: 'codes' }
  | { readonly do: 'map'; readonly administrations: readonly ('A' | 'B')[] }
  | { readonly do: 'switch'; readonly tenant: TenantName; readonly condition: Condition }
  | { readonly do: 'visma'; readonly weather: Weather }
  | { readonly do: 'pass'; readonly seconds: number };

export const codeLifeSeconds = 5 * 24 * 3600;
export const codesAtOnce = 30;

/** Customers, operators and Visma around one simulation. */
export class Town {
  readonly simulation: Simulation;
  /** Delivery keys of the facts that were stored. */
  readonly delivered: string[] = [];
  weather: Weather = 'fine';
  readonly #conditions = new Map<string, Condition>();
  #actions = 0;
  #periodsAhead = 0;
  #codes = 0;

  constructor(chaos?: Chaos) {
    const reader: TenantReader = { read: async (tenantId) => this.#read(tenantId) };
    this.simulation = new Simulation({ reader, ...(chaos === undefined ? {} : { chaos }) });
  }

  get store() {
    return this.simulation.store;
  }

  /** Registers both customers and requests all three connections. */
  async begin(): Promise<void> {
    this.store.given({
      environments: [anEnvironmentOf('north', ['A', 'B']), anEnvironmentOf('south', ['C'])],
    });
    for (const who of members) {
      const { environmentId } = home[who];
      await this.store.connections.save(
        requestConnection(
          { connectionId: idOf(who), environmentId, companyId: companyOf(who).companyId },
          this.#cause('ticket:generic', `request-${who}`),
        ),
      );
    }
  }

  async connection(who: Member): Promise<Connection> {
    const found = await this.store.connections.find(idOf(who));
    if (found === undefined) throw new Error(`${who} was never requested.`);
    return found;
  }

  /** How often a connection's history tells of something. */
  told(who: Member, type: EntryType<'connection'>): number {
    return this.store.entries().filter((entry) => entry.type === type && entry.aggregateId === idOf(who))
      .length;
  }

  /** `copies`: how often the same delivery arrives. */
  async act(action: Action, copies = 1): Promise<void> {
    this.#actions += 1;
    const key = `delivery-${this.#actions}`;
    switch (action.do) {
      case 'tenant': {
        const tenantId = tenants[action.tenant].id;
        return this.#report(
          action.who,
          { type: 'TenantIdReported', tenantId, source: action.by },
          key,
          copies,
        );
      }
      case 'cancel':
        return this.#change(action.who, (connection) => cancel(connection, this.#cause('operator:1')));
      case 'abort':
        return this.simulation.abort(idOf(action.who));
      case 'check':
        return this.#check(action.who, action.next, copies);
      case 'decide':
        return this.#change(action.who, (connection) =>
          decide(
            connection,
            action.decision,
            action.operator,
            registeredNumberOf(action.who),
            this.#cause(action.operator),
          ),
        );
      case 'codes':
        return this.#addCodes();
      case 'map':
        return this.#map(action.administrations);
      case 'switch':
        this.#conditions.set(tenants[action.tenant].id, action.condition);
        return;
      case 'visma':
        this.weather = action.weather;
        return;
      case 'pass':
        return this.simulation.pass(action.seconds);
      default:
        return this.#report(action.who, { type: action.do, source: action.by }, key, copies);
    }
  }

  #check(who: Member, next: boolean, copies: number): void {
    if (next) this.#periodsAhead += 1;
    const period = periodOf(this.simulation.now, healthPolicy) + this.#periodsAhead;
    for (let copy = 0; copy < copies; copy += 1) this.simulation.check(idOf(who), period);
  }

  async #report(who: Member, fact: Fact, deliveryKey: string, copies: number): Promise<void> {
    for (let copy = 0; copy < copies; copy += 1) {
      try {
        await this.#change(who, (connection) =>
          reportFact(connection, fact, this.#cause('contact', deliveryKey)),
        );
        this.delivered.push(deliveryKey);
      } catch (error) {
        if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
      }
    }
  }

  #change(who: Member, change: (connection: Connection) => ReturnType<typeof cancel>): Promise<void> {
    return onFreshState(async () => {
      const next = change(await this.connection(who));
      if (next !== undefined) await this.store.connections.save(next);
    });
  }

  async #addCodes(): Promise<void> {
    const codes = Array.from({ length: codesAtOnce }, () => {
      this.#codes += 1;
      const code = `INVITE-${this.#codes}`;
      return { code, expiresAt: later(codeLifeSeconds, this.simulation.now) };
    });
    await this.store.stock.add(codes, this.#cause('operator:1'));
  }

  async #map(administrations: readonly ('A' | 'B')[]): Promise<void> {
    await onFreshState(async () => {
      const environment = await this.store.environments.find('north');
      if (environment === undefined) throw new Error('The environment north is gone.');
      const mapping = new Map(administrations.map((who) => [`adm-${who}`, idOf(who)]));
      await this.store.environments.save(mapAdministrations(environment, mapping, this.#cause('operator:1')));
    });
  }

  #read(tenantId: string): TenantReading {
    if (this.weather === 'down') throw new TransientError('Visma is not reachable.');
    if (this.weather === 'client-rejected') return { outcome: 'client-rejected' };
    const outcome = this.conditionOf(tenantId);
    if (outcome !== 'read') return { outcome };
    const tenant = Object.values(tenants).find(({ id }) => id === tenantId);
    const organisations = (tenant?.numbers ?? []).map((corporateId, index) => ({
      organizationCd: String(index + 1),
      name: 'Example company',
      ...(corporateId === '' ? {} : { corporateId }),
    }));
    return { outcome, organisations };
  }

  conditionOf(tenantId: string): Condition {
    return this.#conditions.get(tenantId) ?? 'read';
  }

  #cause(by: string, deliveryKey?: string): Cause {
    return {
      at: this.simulation.now,
      by,
      correlationId: 'correlation-1',
      ...(deliveryKey === undefined ? {} : { deliveryKey }),
    };
  }
}

function idOf(who: Member): string {
  return connectionIdOf(home[who].environmentId, companyOf(who).companyId);
}

export function registeredNumberOf(who: Member): string {
  return home[who].corporateId;
}

function companyOf(who: Member) {
  return aCompany({ ...home[who], name: `Company ${who}` });
}

function anEnvironmentOf(environmentId: string, its: readonly Member[]): Environment {
  return anEnvironment({
    environmentId,
    companies: its.map((who) => {
      const { companyId, name, corporateId = '' } = companyOf(who);
      return { companyId, name, corporateId };
    }),
    administrations: its.map((who) => anAdministration({ administrationId: `adm-${who}` })),
  });
}
