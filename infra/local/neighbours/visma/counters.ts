export type Counter =
  | 'tokenRequests'
  | 'tokensIssued'
  | 'tokensRepeated'
  | 'organizationReads'
  | 'organizationReadsAnswered'
  | 'supplierInvoiceReads'
  | 'supplierInvoiceWrites'
  | 'supplierInvoicesCreated'
  | 'throttled';
type Counts = Record<Counter, number>;

export interface Counters {
  /** Counts in total and, when the tenant is known, for it. */
  count(counter: Counter, tenantId?: string): void;
  /** Counts for the tenant something that is in the total already. */
  countForTenant(counter: Counter, tenantId: string): void;
  report(): Counts & {
    /** The largest number of token requests within any one second. */
    readonly peakTokenRequestsPerSecond: number;
    readonly byTenant: Record<string, Counts>;
  };
  reset(): void;
}

export function createCounters(clock: () => number): Counters {
  const tenants = new Map<string, Counts>();
  let totals = noCounts();
  let tokenRate = createPeakRate();

  function countForTenant(counter: Counter, tenantId: string): void {
    const counts = tenants.get(tenantId) ?? noCounts();
    counts[counter] += 1;
    tenants.set(tenantId, counts);
  }

  return {
    count(counter, tenantId) {
      totals[counter] += 1;
      if (counter === 'tokenRequests') tokenRate.count(clock());
      if (tenantId !== undefined) countForTenant(counter, tenantId);
    },
    countForTenant,
    report: () => ({
      ...totals,
      peakTokenRequestsPerSecond: tokenRate.peak(),
      byTenant: structuredClone(Object.fromEntries(tenants)),
    }),
    reset() {
      totals = noCounts();
      tokenRate = createPeakRate();
      tenants.clear();
    },
  };
}

/** Slides a window of one second over the calls; holds one entry per millisecond of it, so at most 1,000. */
function createPeakRate(): { count(now: number): void; peak(): number } {
  const calls = new Map<number, number>();
  let inWindow = 0;
  let peak = 0;
  return {
    count(now) {
      for (const [at, number] of calls) {
        if (at > now - 1_000) break;
        calls.delete(at);
        inWindow -= number;
      }
      calls.set(now, (calls.get(now) ?? 0) + 1);
      inWindow += 1;
      peak = Math.max(peak, inWindow);
    },
    peak: () => peak,
  };
}

function noCounts(): Counts {
  return {
    tokenRequests: 0,
    tokensIssued: 0,
    tokensRepeated: 0,
    organizationReads: 0,
    organizationReadsAnswered: 0,
    supplierInvoiceReads: 0,
    supplierInvoiceWrites: 0,
    supplierInvoicesCreated: 0,
    throttled: 0,
  };
}
