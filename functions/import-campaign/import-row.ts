import type { Campaign } from '../../shared/domain/campaign/campaign.ts';
import {
  type CampaignImport,
  correlationOf,
  type ImportRepository,
  type RowOutcome,
} from '../../shared/domain/campaign/imports.ts';
import { joinCampaign, leaveCampaign } from '../../shared/domain/campaign/join-campaign.ts';
import type { Membership, MembershipChange } from '../../shared/domain/campaign/membership.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { type ConnectionRepository, onFreshState } from '../../shared/domain/connection/repository.ts';
import {
  type Environment,
  type EnvironmentChange,
  takesPart,
  vismaExportFormat,
} from '../../shared/domain/environment/environment.ts';
import { registerEnvironment } from '../../shared/domain/environment/register-environment.ts';
import type { Registration } from '../../shared/domain/environment/registration.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { HistoryEntry } from '../../shared/domain/history/entry.ts';
import { normaliseCorporateId } from '../../shared/domain/tenant/identity.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { PermanentError } from '../../shared/platform/errors.ts';
import { companyIdOf, connectionIdOf } from '../../shared/platform/ids.ts';
import { mappingProblems } from './keep-mapping.ts';
import { type CellProblem, cellProblem, columnOf, type ReadRow } from './read-row.ts';
import type { Stored } from './read-stored.ts';
import { type ReportLine, refused } from './report.ts';

export interface RowImporter {
  readonly imports: ImportRepository;
  readonly campaigns: CampaignRepository;
  readonly environments: EnvironmentRepository;
  readonly connections: ConnectionRepository;
  readonly clock: Clock;
}

interface Context {
  readonly begun: CampaignImport;
  readonly campaign: Campaign;
  /** Of all rows of the batch, when it began. */
  readonly stored: Stored;
}

/** Lines of other rows of the file that this one has to do with. */
interface Others {
  /** Of the row that has the same environment; it counts. */
  readonly firstLine: number | undefined;
  /** Of a row whose environment has a company number in common with this one's. */
  readonly sharedWith: number | undefined;
}

const noAction = `No action needed: no export format is ${vismaExportFormat}.`;

/** One row: its environment's registration and membership in one transaction, or a line that says why not. */
export async function importRow(
  importer: RowImporter,
  context: Context,
  line: number,
  read: ReadRow,
  { firstLine, sharedWith }: Others,
): Promise<ReportLine> {
  const { environmentId } = read;
  if (firstLine !== undefined) {
    const message = `line ${firstLine} has the same environment, and the first one counts: remove one of them.`;
    return refused(line, environmentId, [{ column: 'environment_id', message }]);
  }
  if ('problems' in read) {
    const isNobody =
      !read.takesPart &&
      environmentId !== undefined &&
      context.stored.environments.get(environmentId) === undefined;
    return isNobody
      ? { line, environmentId, outcome: 'skipped', column: 'export_formats', message: noAction }
      : refused(line, environmentId, read.problems);
  }
  const { registration } = read;
  try {
    let before: Before | undefined = beforeOf(context.stored, registration);
    const decided = await onFreshState(async () => {
      // Somebody changed it meanwhile: what was read with the batch is outdated.
      const known = before ?? (await readBefore(importer, registration));
      before = undefined;
      return decide(importer, context, registration, known);
    });
    if (!('outcome' in decided)) return refused(line, environmentId, decided);
    if (decided.outcome === 'skipped') {
      return { line, environmentId, outcome: 'skipped', column: 'export_formats', message: decided.message };
    }
    const warnings = sharedNumbers(context.stored, registration, sharedWith);
    const message = sentences(decided.message, ...warnings);
    return {
      line,
      environmentId,
      outcome: decided.outcome,
      ...(warnings.length > 0 ? { column: 'companies' } : {}),
      ...(message === '' ? {} : { message }),
    };
  } catch (error) {
    // More items than one transaction holds, or more than one item does: it stays so however often it is tried.
    if (!(error instanceof PermanentError)) throw error;
    const message =
      'the environment has more contacts, companies and administrations than one write holds: register it with fewer at a time.';
    return refused(line, environmentId, [{ column: 'companies', message }]);
  }
}

interface Before {
  readonly environment: Environment | undefined;
  readonly membership: Membership | undefined;
}

function beforeOf({ environments, memberships }: Stored, { environmentId }: Registration): Before {
  return { environment: environments.get(environmentId), membership: memberships.get(environmentId) };
}

async function readBefore(
  { environments, campaigns }: RowImporter,
  { environmentId }: Registration,
): Promise<Before> {
  const [environment, membership] = await Promise.all([
    environments.find(environmentId),
    campaigns.findMembership(environmentId),
  ]);
  return { environment, membership };
}

interface Decided {
  readonly outcome: RowOutcome;
  readonly message: string;
}

async function decide(
  { imports, campaigns, environments, connections, clock }: RowImporter,
  { begun, campaign }: Context,
  registration: Registration,
  { environment: before, membership }: Before,
): Promise<Decided | readonly CellProblem[]> {
  const { environmentId } = registration;
  const joins = takesPart(registration);
  if (!joins && before === undefined) return { outcome: 'skipped', message: noAction };
  // Who was never registered has none.
  const own = before === undefined ? [] : await connections.findByEnvironment(environmentId);
  const correlationId = correlationOf(begun.importId);
  const cause = { at: clock().toISOString(), by: begun.by, correlationId };
  const ids = { companyIdOf, connectionIdOf };
  const registered = registerEnvironment(before, registration, own, ids, cause);
  if (registered.outcome === 'invalid') return registered.problems.map(cellProblem);
  if (registered.outcome === 'conflict') return [{ column: 'companies', message: registered.message }];
  const change = registered.outcome === 'unchanged' ? undefined : registered.change;
  const environment = registered.outcome === 'unchanged' ? registered.environment : registered.change.after;
  // A repeated row finds its own work: what it did then is what it reports.
  const earlier = isSince(begun, before, membership)
    ? await imports.entriesOf(begun.importId, environmentId)
    : [];
  if (change !== undefined && isSince(begun, before, undefined)) {
    return earlier.some(({ type }) => registering.has(type))
      ? outcomeOf(joins, campaign, earlier)
      : [changedSince];
  }
  const lost = before === undefined ? [] : mappingProblems(before, environment, own);
  if (lost.length > 0) return lost;
  const member = joins
    ? joinCampaign(membership, environment, own, campaign, cause)
    : membership && leaveCampaign(membership, cause);
  if (!begun.dryRun) await save(campaigns, environments, member, change);

  return outcomeOf(joins, campaign, [...earlier, ...(change?.entries ?? []), ...(member?.entries ?? [])]);
}

/** Of a row that was written. */
const registering: ReadonlySet<string> = new Set(['EnvironmentRegistered', 'EnvironmentChanged']);

/** A batch can be tried again days later, and its file knows nothing of what people have corrected until then. */
const changedSince: CellProblem = {
  column: 'environment_id',
  message: 'was changed after this import began: import the row again if it is still right.',
};

async function save(
  campaigns: CampaignRepository,
  environments: EnvironmentRepository,
  member: MembershipChange | undefined,
  change: EnvironmentChange | undefined,
): Promise<void> {
  if (member !== undefined) await campaigns.saveMembership(member, change);
  else if (change !== undefined) await environments.save(change);
}

function isSince(
  { startedAt }: CampaignImport,
  environment: Environment | undefined,
  membership: Membership | undefined,
): boolean {
  return [environment, membership].some((one) => one !== undefined && one.changedAt >= startedAt);
}

/** By the entries that this import wrote to the two histories, or would write. */
function outcomeOf(joins: boolean, { campaignId }: Campaign, entries: readonly HistoryEntry[]): Decided {
  const types = entries.map(({ type }) => type);
  const changed = changedColumns(entries);
  const hasLeft = types.includes('CampaignLeft') && !joins;
  if (!joins) {
    const left = hasLeft ? 'It leaves the campaign and gets no more reminders.' : '';
    return { outcome: 'skipped', message: sentences(noAction, left, changed) };
  }
  if (types.includes('EnvironmentRegistered')) return { outcome: 'created', message: '' };
  if (types.includes('CampaignJoined')) {
    const joined = `It was registered already and joins campaign ${campaignId}.`;
    return { outcome: 'updated', message: sentences(joined, changed) };
  }
  return { outcome: types.includes('EnvironmentChanged') ? 'updated' : 'unchanged', message: changed };
}

/** What an older file would take back shows in a dry run already. */
function changedColumns(entries: readonly HistoryEntry[]): string {
  const changed = entries
    .filter(({ type }) => type === 'EnvironmentChanged')
    .flatMap(({ detail }) => (Array.isArray(detail.changed) ? detail.changed : []))
    .map(columnOf);
  return changed.length === 0 ? '' : `Changed: ${[...new Set(changed)].join(', ')}.`;
}

function sentences(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}

/** Of the environments that have a number. One that was made up may be every row's, and each would name all others. */
const mostNamed = 5;

/** Registered twice, a company's number proves nothing, so that an operator decides (shared/domain/tenant/identity.ts). */
function sharedNumbers(
  { registrants }: Stored,
  { environmentId, companies }: Registration,
  sharedWith: number | undefined,
): readonly string[] {
  const others = companies
    .flatMap(({ corporateId }) => registrants.get(normaliseCorporateId(corporateId)) ?? [])
    .filter((id) => id !== environmentId);
  const named = [...new Set(others)].sort();
  if (named.length === 0 && sharedWith === undefined) return [];
  const more = named.length > mostNamed ? ` and ${named.length - mostNamed} more` : '';
  const where = [
    ...(named.length > 0 ? [`environment ${named.slice(0, mostNamed).join(', ')}${more}`] : []),
    ...(sharedWith === undefined ? [] : [`line ${sharedWith}`]),
  ];
  return [
    `A company number is registered by ${where.join(' and ')} too: if that is no mistake, an operator will have to decide before either is activated.`,
  ];
}
