import { normaliseCorporateId } from '../../../shared/domain/tenant/identity.ts';
import { aHealthPolicy, aPolicy } from '../../builders/connection.ts';
import { someTime } from '../../builders/history.ts';
import {
  type Action,
  type Condition,
  codeLifeSeconds,
  codesAtOnce,
  type Member,
  members,
  registeredNumberOf,
  tenants,
  type Weather,
} from './town.ts';

/** What the design says a connection is, without versions, facts' numbers, executions, queues and tokens. */
export interface Expected {
  state: string;
  tenant?: string | undefined;
  reason?: string | undefined;
  from?: string | undefined;
  lastFailure?: string | undefined;
  /** Second at which the code in hand expires. */
  code?: number | undefined;
  /** How often he was reminded that a code expires: once each, unless it was short when it came. */
  reminders: number;
  codesIssued: number;
  failures: number;
  approvals: { readonly by: string; readonly tenant: string }[];
  approved?: string | undefined;
  /** Periods in which health checks failed, while it is active. */
  failing: number[];
  /** What it was when it was disconnected. */
  broken?: { readonly tenant: string; readonly since: number; anew: boolean } | undefined;
}

interface Timed extends Expected {
  /** Begin of the stay in the state, and when operators were last asked for help in it. */
  since: number;
  asked?: number | undefined;
  tenantAt: number;
  /** Whether the last access test read whose the tenant in hand is. */
  read: boolean;
  /** Second of the reminder that is still to come. */
  notice?: number | undefined;
  /** When the present wait times out. */
  deadline?: number | undefined;
}

const policy = aPolicy();
const health = aHealthPolicy();
const resting = ['activated', 'needs-attention', 'disconnected', 'cancelled', 'expired'];
const retestable = ['code-requested', 'code-issued', 'app-integrated', 'disconnected', 'expired'];
const ofIdentity = ['identity-mismatch', 'identity-unclear'];

/**
 * The onboarding as it would be if everything happened at once and nothing ever broke: an action is followed by all its
 * consequences. What the real one, with its crashes and doubles, must come to whenever it stands still.
 */
export class Reference {
  readonly connections: Record<Member, Timed> = { A: fresh(), B: fresh(), C: fresh() };
  /** Two connections moved at one moment and their order matters: the outcome is not determined. */
  ambiguous = false;
  #now = 0;
  #periodsAhead = 0;
  #weather: Weather = 'fine';
  readonly #stock: number[] = [];
  readonly #conditions = new Map<string, Condition>();
  readonly #claims = new Map<string, Member>();
  readonly #seen = new Map<string, Set<string>>();
  readonly #mapped = new Set<string>();

  begin(): undefined {
    for (const who of members) this.#settle(who);
  }

  act(action: Action): undefined {
    switch (action.do) {
      case 'visma':
        this.#weather = action.weather;
        return;
      case 'switch':
        this.#conditions.set(tenants[action.tenant].id, action.condition);
        return;
      case 'codes':
        this.#stock.push(...Array<number>(codesAtOnce).fill(this.#now + codeLifeSeconds));
        for (const who of members) if (this.connections[who].state === 'code-requested') this.#settle(who);
        return;
      case 'map':
        return this.#map(action.administrations);
      case 'pass':
        return this.#pass(action.seconds);
      case 'cancel':
        return this.#cancel(action.who);
      case 'abort':
        if (!resting.includes(this.connections[action.who].state)) this.#flag(action.who, 'execution-ended');
        return;
      case 'check':
        return this.#check(action.who, action.next);
      case 'decide':
        return this.#decide(action.who, action.decision, action.operator);
      default:
        return this.#fact(action);
    }
  }

  #fact(action: Extract<Action, { by: string }>): undefined {
    const it = this.connections[action.who];
    const before = it.state;
    const byOperator = action.by === 'operator';
    if (action.do === 'tenant') this.#tenant(it, tenants[action.tenant].id, byOperator);
    else if (action.do === 'IntegrationReported') {
      if (it.state === 'code-issued') it.state = 'app-integrated';
      if (it.state === 'disconnected') this.#retry(it, byOperator);
    } else if (action.do === 'CodeRequested') this.#code(it, byOperator);
    else this.#retry(it, byOperator);
    if (it.state !== before) this.#enter(it, it.state);
    if (!resting.includes(it.state)) this.#settle(action.who);
  }

  #tenant(it: Timed, tenant: string, byOperator: boolean): undefined {
    const same = it.tenant === tenant;
    if (it.state === 'activated' || it.state === 'cancelled') return;
    if (same && ['tenant-id-received', 'access-tested'].includes(it.state)) return;
    if (it.state === 'needs-attention' && !byOperator) {
      if (it.reason === 'attempts-exhausted' || (same && ofIdentity.includes(it.reason ?? ''))) return;
    }
    Object.assign(it, { tenant, tenantAt: this.#now, read: false, state: 'tenant-id-received' });
    Object.assign(it, { reason: undefined, from: undefined, lastFailure: undefined });
    it.approvals = it.approvals.filter((approval) => approval.tenant === tenant);
    if (it.approved !== tenant) it.approved = undefined;
    if (byOperator) it.failures = 0;
  }

  #code(it: Timed, byOperator: boolean): undefined {
    if (it.state === 'code-issued' || it.state === 'app-integrated') {
      const useless = (it.code ?? 0) <= this.#now || it.lastFailure === 'wrong-organisation';
      if (useless) anew(it);
    } else if (it.state === 'cancelled' || it.state === 'disconnected') {
      Object.assign(it, { codesIssued: 0, failures: 0, approvals: [], approved: undefined });
      anew(it);
    } else if (it.state === 'needs-attention' && byOperator) {
      Object.assign(it, { codesIssued: 0, failures: 0 });
      anew(it);
    } else if (it.state === 'expired') anew(it);
  }

  #retry(it: Timed, byOperator: boolean): undefined {
    if (it.state === 'needs-attention') {
      if (!byOperator) return;
      Object.assign(it, { codesIssued: 0, failures: 0 });
      if (it.tenant !== undefined) this.#tenant(it, it.tenant, true);
      else Object.assign(it, { state: it.from, reason: undefined, from: undefined });
    } else if (retestable.includes(it.state)) {
      if (it.tenant !== undefined) this.#tenant(it, it.tenant, byOperator);
    }
  }

  #decide(who: Member, decision: 'approve' | 'reject', by: string): undefined {
    const it = this.connections[who];
    const undecided = it.reason === it.lastFailure || it.reason === 'attempts-exhausted';
    if (it.state !== 'needs-attention' || !ofIdentity.includes(it.lastFailure ?? '') || !undecided) return;
    const needed = it.lastFailure === 'identity-mismatch' ? 2 : 1;
    if (decision === 'reject') {
      Object.assign(it, { tenant: undefined, approved: undefined, approvals: [] });
      if (it.broken !== undefined) it.broken.anew = true;
      this.#enter(it, it.code === undefined ? 'code-requested' : 'code-issued');
    } else {
      if (it.approvals.some((approval) => approval.by === by)) return;
      it.approvals.push({ by, tenant: it.tenant ?? '' });
      if (it.approvals.length < needed) return;
      it.approved = it.tenant;
      this.#enter(it, 'access-tested');
    }
    Object.assign(it, { failures: 0, reason: undefined, from: undefined, lastFailure: undefined });
    this.#settle(who);
  }

  #cancel(who: Member): undefined {
    const it = this.connections[who];
    if (it.state === 'activated') this.#claims.delete(it.tenant ?? '');
    Object.assign(it, { approvals: [], approved: undefined, deadline: undefined });
    anew(it);
    Object.assign(it, { state: 'cancelled', broken: undefined });
  }

  #map(administrations: readonly string[]): undefined {
    for (const one of administrations) this.#mapped.add(one);
    const moved = ['tenant-id-received', 'access-tested'];
    const overdue = (it: Timed) => it.state === 'needs-attention' && it.reason === 'mapping-overdue';
    const north = [this.connections.A, this.connections.B];
    this.ambiguous ||= north.every((it) => moved.includes(it.state) || overdue(it));
    for (const who of ['A', 'B'] as const) {
      const it = this.connections[who];
      if (overdue(it) && this.#isMapped(who)) {
        Object.assign(it, { reason: undefined, from: undefined });
        this.#enter(it, 'access-tested');
      }
      if (!resting.includes(it.state)) this.#settle(who);
    }
  }

  #pass(seconds: number): undefined {
    const end = this.#now + seconds;
    for (;;) {
      const due = members.filter((who) => (this.connections[who].deadline ?? Infinity) <= end);
      const first = Math.min(...due.map((who) => this.connections[who].deadline ?? Infinity));
      const now = due.filter((who) => this.connections[who].deadline === first);
      if (now.length === 0) break;
      this.#now = first;
      this.ambiguous ||= now.length > 1 && now.some((who) => this.connections[who].tenant !== undefined);
      for (const who of now) this.#timeOut(who);
    }
    this.#now = end;
  }

  #timeOut(who: Member): undefined {
    const it = this.connections[who];
    it.deadline = undefined;
    const overdue = it.state === 'access-tested' && !this.#isMapped(who);
    const expired = isWaiting(it) && (it.code ?? 0) <= this.#now;
    if (overdue) this.#flag(who, 'mapping-overdue');
    else if (expired) it.state = 'expired';
    else if (isWaiting(it) && (it.notice ?? Infinity) <= this.#now) {
      it.notice = undefined;
      it.reminders += 1;
      this.#settle(who);
    } else this.#settle(who);
  }

  /** Goes on until the connection waits or is at rest. */
  #settle(who: Member): undefined {
    const it = this.connections[who];
    it.deadline = undefined;
    if (it.state === 'code-requested') this.#issue(who);
    else if (it.state === 'tenant-id-received') this.#test(who);
    else if (it.state === 'access-tested') this.#activate(who);
    else if (!resting.includes(it.state)) it.deadline = Math.max(it.notice ?? it.code ?? 0, this.#now + 1);
  }

  #issue(who: Member): undefined {
    const it = this.connections[who];
    if (it.codesIssued >= policy.codesIssuedMax) return this.#flag(who, 'attempts-exhausted');
    const usable = this.#stock.findIndex((expiry) => expiry > this.#now + policy.minimumCodeLifetimeSeconds);
    if (usable >= 0) {
      [it.code] = this.#stock.splice(usable, 1);
      it.codesIssued += 1;
      const notice = (it.code ?? 0) - policy.expiryNoticeSeconds;
      it.notice = notice - this.#now < policy.expiryNoticeSeconds ? undefined : notice;
      this.#enter(it, 'code-issued');
      return this.#settle(who);
    }
    const patience = it.since + policy.stockPatienceSeconds;
    if (patience <= this.#now) return this.#flag(who, 'stock-overdue');
    if (it.asked === undefined || this.#now - it.asked >= policy.stockWaitSeconds) it.asked = this.#now;
    it.deadline = Math.min(it.asked + policy.stockWaitSeconds, patience);
  }

  #test(who: Member): undefined {
    const it = this.connections[who];
    const tenant = it.tenant ?? '';
    it.read = false;
    if ((this.#claims.get(tenant) ?? who) !== who) return this.#fail(who, 'tenant-claimed');
    if (this.#weather === 'down') return this.#flag(who, 'visma-unavailable');
    if (this.#weather === 'client-rejected') return this.#fail(who, 'client-rejected');
    const condition = this.#conditions.get(tenant) ?? 'read';
    const waited = this.#now - it.tenantAt;
    if (condition === 'not-integrated' && waited < policy.propagationSeconds) {
      const wait = Math.max(policy.propagationFirstWaitSeconds, waited);
      it.deadline = this.#now + Math.min(wait, policy.propagationSeconds - waited);
      return;
    }
    if (condition !== 'read') return this.#fail(who, condition);
    it.read = true;
    for (const number of numbersOf(tenant)) this.#seenIn(number).add(tenant);
    const judgement = this.#judge(who);
    if (judgement !== undefined) return this.#fail(who, judgement);
    it.lastFailure = undefined;
    this.#enter(it, 'access-tested');
    this.#settle(who);
  }

  #activate(who: Member): undefined {
    const it = this.connections[who];
    const judgement = this.#judge(who);
    if (judgement !== undefined) return this.#fail(who, judgement);
    if (!this.#isMapped(who)) {
      it.asked ??= this.#now;
      it.deadline = Math.max(it.asked + policy.mappingWaitSeconds, this.#now + 1);
      return;
    }
    if ((this.#claims.get(it.tenant ?? '') ?? who) !== who) return this.#fail(who, 'tenant-claimed');
    this.#claims.set(it.tenant ?? '', who);
    Object.assign(it, { code: undefined, codesIssued: 0, failures: 0, state: 'activated' });
    Object.assign(it, { failing: [], broken: undefined });
  }

  /** Once a period, of an active or a disconnected connection: only what lasts counts. */
  #check(who: Member, next: boolean): undefined {
    if (next) this.#periodsAhead += 1;
    const it = this.connections[who];
    const period = periodAt(this.#now) + this.#periodsAhead;
    const isActive = it.state === 'activated';
    if (!isActive && it.state !== 'disconnected') return;
    const { broken } = it;
    if (broken !== undefined && period - periodAt(broken.since) > health.disconnectedPeriodsMax) return;
    if (this.#weather !== 'fine') return;
    const tenants = [...new Set([it.tenant ?? '', broken?.tenant ?? it.tenant ?? ''])];
    const healthy = tenants.find((tenant) => this.#isHealthy(who, tenant));
    if (healthy !== undefined && isActive) it.failing = [];
    else if (healthy !== undefined) {
      this.#tenant(it, healthy, false);
      this.#enter(it, it.state);
      this.#settle(who);
    } else if (isActive && period > (it.failing.at(-1) ?? 0)) {
      it.failing.push(period);
      if (it.failing.length < health.failingPeriodsMax) return;
      this.#claims.delete(it.tenant ?? '');
      it.broken = { tenant: it.tenant ?? '', since: this.#now, anew: false };
      Object.assign(it, { state: 'disconnected', failing: [] });
    }
  }

  #isHealthy(who: Member, tenant: string): boolean {
    const it = this.connections[who];
    if ((this.#claims.get(tenant) ?? who) !== who) return false;
    if ((this.#conditions.get(tenant) ?? 'read') !== 'read') return false;
    if (tenant === it.tenant && it.read) return true;
    for (const number of numbersOf(tenant)) this.#seenIn(number).add(tenant);
    return this.#judge(who, tenant) === undefined;
  }

  #judge(who: Member, tenant = this.connections[who].tenant ?? ''): string | undefined {
    const { approved } = this.connections[who];
    if (approved === tenant) return undefined;
    const numbers = numbersOf(tenant);
    const own = registeredNumberOf(who);
    if (numbers.includes('')) return 'identity-unclear';
    if (!numbers.includes(own)) return 'identity-mismatch';
    const sole = numbers.length === 1 && [...this.#seenIn(own)].every((other) => other === tenant);
    return sole ? undefined : 'identity-unclear';
  }

  #fail(who: Member, failure: string): undefined {
    const it = this.connections[who];
    it.lastFailure = failure;
    if (failure === 'client-rejected') return this.#flag(who, failure);
    it.failures += 1;
    if (it.failures >= policy.accessTestFailuresMax) return this.#flag(who, 'attempts-exhausted');
    if (ofIdentity.includes(failure)) return this.#flag(who, failure);
    if (it.broken !== undefined && !it.broken.anew) return this.#enter(it, 'disconnected');
    const integrated = failure === 'no-licence' || failure === 'missing-scopes';
    this.#enter(it, it.code === undefined ? 'code-requested' : integrated ? 'app-integrated' : 'code-issued');
    this.#settle(who);
  }

  #flag(who: Member, reason: string): undefined {
    const it = this.connections[who];
    Object.assign(it, { reason, from: it.state, state: 'needs-attention', deadline: undefined });
  }

  #enter(it: Timed, state: string): undefined {
    Object.assign(it, { state, since: this.#now, asked: undefined });
  }

  #isMapped(who: Member): boolean {
    return who === 'C' || (this.#mapped.has('A') && this.#mapped.has('B'));
  }

  #seenIn(number: string): Set<string> {
    const known = this.#seen.get(number) ?? new Set<string>();
    this.#seen.set(number, known);
    return known;
  }
}

function fresh(): Timed {
  const counts = { codesIssued: 0, failures: 0, since: 0, tenantAt: 0, reminders: 0 };
  return { state: 'code-requested', ...counts, approvals: [], failing: [], read: false };
}

function isWaiting({ state }: Timed): boolean {
  return state === 'code-issued' || state === 'app-integrated';
}

function periodAt(seconds: number): number {
  return Math.floor((Date.parse(someTime) / 1000 + seconds) / health.periodSeconds);
}

/** Back to where a code is asked for, with nothing at hand. */
function anew(it: Timed): undefined {
  Object.assign(it, { state: 'code-requested', code: undefined, tenant: undefined, failing: [] });
  if (it.broken !== undefined) it.broken.anew = true;
  Object.assign(it, { reason: undefined, from: undefined, lastFailure: undefined });
}

function numbersOf(tenant: string): readonly string[] {
  return (Object.values(tenants).find(({ id }) => id === tenant)?.numbers ?? []).map(normaliseCorporateId);
}
