import type { DocumentResult, ExportedDocument } from '../../shared/contracts/exports/export-documents.ts';
import type { LocalStage } from './local-stage.ts';
import { twoCompanies } from './seeds.ts';
import { exportFromSpendCloud } from './spend-cloud-export.ts';

/** Spend Cloud exports documents of the customer's three administrations to the books of his two companies. */
export async function demonstrateExport(stage: LocalStage, tell: (text: string) => void): Promise<void> {
  const { environmentId } = twoCompanies.register;
  const { control } = stage.visma;
  const [first, second] = twoCompanies.visma.companies ?? [];
  if (!first?.tenantId || !second?.tenantId) throw new Error('The seeds are incomplete.');
  const firstTenant = first.tenantId;
  const run = (...documents: ExportedDocument[]) => exportFromSpendCloud(stage, { environmentId, documents });
  const nameOf = (tenantId: string) => control.directory.tenant(tenantId)?.name ?? tenantId;
  /** Whose books hold which references. */
  const books = () =>
    control
      .documents()
      .map(({ tenantId, supplierReference }) => `${nameOf(tenantId)}: ${supplierReference}`)
      .sort();

  const before = control.counters().tokensIssued;
  const documents = [document('10', 'F-1001'), document('20', 'F-2001'), document('21', 'F-2101')];
  tell(
    'Spend Cloud exports one invoice of each administration; the export asks the token broker for its tokens',
  );
  expectOutcomes(await run(...documents), ['posted', 'posted', 'posted'], tell);
  expectSame(books(), [`${first.name}: F-1001`, `${second.name}: F-2001`, `${second.name}: F-2101`]);
  tell(`Visma's books hold ${books().join(', ')}: each invoice is in its own company's`);

  expectOutcomes(await run(...documents), ['already-there', 'already-there', 'already-there']);
  const issued = control.counters().tokensIssued - before;
  tell(`The same export once more posts nothing twice; Visma Connect issued ${issued} tokens for both`);

  control.setTenantSwitches(firstTenant, { corporateId: '99999999' });
  tell(`In Visma.net somebody gives ${first.name} another company's number`);
  const after = await run(document('10', 'F-1002'), document('20', 'F-2002'));
  expectOutcomes(after, ['refused', 'posted'], tell);
  expectSame(books(), [
    `${first.name}: F-1001`,
    `${second.name}: F-2001`,
    `${second.name}: F-2002`,
    `${second.name}: F-2101`,
  ]);
  tell(`Nothing was written to what is not ${first.name} any more; ${second.name} goes on`);
  control.setTenantSwitches(firstTenant, { corporateId: null });
}

function document(administrationId: string, supplierReference: string): ExportedDocument {
  return {
    administrationId,
    supplierNumber: '50001',
    supplierReference,
    date: new Date().toISOString().slice(0, 10),
    lines: [{ accountNumber: '4000', description: 'Kantoorartikelen', amount: 121.5 }],
  };
}

function expectOutcomes(
  results: readonly DocumentResult[],
  outcomes: readonly DocumentResult['outcome'][],
  tell: (text: string) => void = () => undefined,
): void {
  for (const result of results) {
    const { administrationId, supplierReference, outcome } = result;
    const more =
      result.outcome === 'posted'
        ? ` as ${result.number}`
        : result.outcome === 'refused'
          ? `: ${result.reason}`
          : '';
    tell(`Administration ${administrationId}, invoice ${supplierReference}: ${outcome}${more}`);
  }
  expectSame(
    results.map(({ outcome }) => outcome),
    outcomes,
  );
}

function expectSame(found: readonly string[], wanted: readonly string[]): void {
  if (found.join() !== wanted.join()) throw new Error(`${found.join(', ')} instead of ${wanted.join(', ')}.`);
}
