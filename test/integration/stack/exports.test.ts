import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportFromSpendCloud } from '../../../infra/local/spend-cloud-export.ts';
import type { ExportedDocument } from '../../../shared/contracts/exports/export-documents.ts';
import { createTokenClient } from '../../../shared/token-client/index.ts';
import { eventually } from '../cloud/poll.ts';
import { uuidOfVisma } from './deliveries.ts';
import { pause, Stage } from './stage.ts';

const environmentId = 'groep';
/** Somebody with an export function of his own. */
const exporter = { accessKeyId: 'AKIALOCALEXPORTER001', secretAccessKey: 'exporter-of-the-local-stage' };

let documents = 0;
function aDocument(administrationId: string): ExportedDocument {
  documents += 1;
  return {
    administrationId,
    supplierNumber: '50001',
    supplierReference: `F-${documents}`,
    date: '2026-03-02',
    lines: [{ accountNumber: '4000', description: 'Meel', amount: 12.5 }],
  };
}

/** Administration 10 is of Handel, 20 and 21 are of Transport, 30 is not exported. */
describe('exports of a customer with two companies', () => {
  let stage: Stage;
  const handel = { name: 'Handel B.V.', corporateId: '23456789', tenantId: uuidOfVisma() };
  const transport = { name: 'Transport B.V.', corporateId: '34567890', tenantId: uuidOfVisma() };
  let connectionIds: readonly string[];

  beforeAll(async () => {
    stage = await Stage.start({
      users: [
        {
          name: 'exporter',
          ...exporter,
          policyStatements: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
        },
      ],
    });
    await stage.addCodes(2);
    for (const company of [handel, transport]) {
      stage.knownToVisma({ ...company, customerTenantId: uuidOfVisma() });
      stage.integrate(company.tenantId, { told: false });
    }
    connectionIds = await stage.registerEnvironment({
      environmentId,
      name: 'Groep',
      email: 'finance@groep.example',
      companies: [handel, transport].map(({ name, corporateId }) => ({ name, corporateId })),
      administrations: ['10', '20', '21', '30'].map((administrationId) => ({
        administrationId,
        name: administrationId,
      })),
    });
    const [ofHandel = '', ofTransport = ''] = connectionIds;
    await stage.command({ command: 'RequestCode', environmentId });
    await stage.command({
      command: 'MapAdministrations',
      environmentId,
      mapping: [
        { administrationId: '10', connectionId: ofHandel },
        { administrationId: '20', connectionId: ofTransport },
        { administrationId: '21', connectionId: ofTransport },
        { administrationId: '30', connectionId: 'none' },
      ],
    });
    for (const [index, { tenantId }] of [handel, transport].entries()) {
      const connectionId = connectionIds[index] ?? '';
      await stage.untilState(connectionId, 'code-issued');
      await stage.command({ command: 'SubmitTenantId', connectionId, tenantId });
      await stage.untilState(connectionId, 'activated');
    }
  });
  afterAll(() => stage?.stop());

  const run = (...exported: ExportedDocument[]) =>
    exportFromSpendCloud(stage.local, { environmentId, documents: exported });
  const booksOf = ({ tenantId }: typeof handel) =>
    stage.local.visma.control.documents(tenantId).map(({ supplierReference }) => supplierReference);
  const tokenClient = (keys = exporter, maximumAgeSeconds = 60) =>
    createTokenClient({
      functionName: stage.local.cloud.outputs.TokenBrokerName ?? '',
      lambda: new LambdaClient({
        region: stage.local.endpoints.region,
        endpoint: stage.local.endpoints.aws,
        credentials: keys,
      }),
      maximumAgeSeconds,
    });

  it('land in their own company’s books each, and once', async () => {
    const [one, two, three] = [aDocument('10'), aDocument('20'), aDocument('21')];
    const posted = [one, two, three].map(({ administrationId, supplierReference }) => ({
      administrationId,
      supplierReference,
      outcome: 'posted',
      number: expect.stringMatching(/^\d+$/),
    }));
    const issued = () => stage.local.visma.control.counters().byTenant[transport.tenantId]?.tokensIssued ?? 0;
    const before = issued();
    expect(await run(one, two, three)).toEqual(posted);
    expect(booksOf(handel)).toEqual([one.supplierReference]);
    expect(booksOf(transport)).toEqual([two.supplierReference, three.supplierReference]);
    const again = await run(one, two, three);
    expect(again.map(({ outcome }) => outcome)).toEqual(['already-there', 'already-there', 'already-there']);
    expect([booksOf(handel).length, booksOf(transport).length]).toEqual([1, 2]);
    // One for all exports of the company.
    expect(issued() - before).toBe(1);
  });

  it('stop before the wrong company’s books, and for it alone', async () => {
    const before = [booksOf(handel), booksOf(transport)];
    stage.local.visma.control.setTenantSwitches(handel.tenantId, { corporateId: '99999999' });
    const [one, two] = [aDocument('10'), aDocument('20')];
    expect(await run(one, two)).toMatchObject([
      { administrationId: '10', outcome: 'refused', reason: 'wrong-organisation' },
      { administrationId: '20', outcome: 'posted' },
    ]);
    expect(booksOf(handel)).toEqual(before[0]);
    stage.local.visma.control.setTenantSwitches(handel.tenantId, { corporateId: null });
    expect(await run(one)).toMatchObject([{ outcome: 'posted' }]);
  });

  it('are refused for an administration that is not mapped, and go on with the others', async () => {
    expect(await run(aDocument('30'), aDocument('99'), aDocument('10'))).toMatchObject([
      { administrationId: '30', outcome: 'refused', reason: 'administration-not-mapped' },
      { administrationId: '99', outcome: 'refused', reason: 'administration-not-mapped' },
      { administrationId: '10', outcome: 'posted' },
    ]);
  });

  it('go on with another token when the API refuses the one in hand', async () => {
    const client = tokenClient();
    const of = { environmentId, administrationId: '20' };
    const { accessToken } = await client.getVismaToken(of);
    stage.local.visma.control.refuseToken(accessToken);
    const used: string[] = [];
    const answer = await client.withVismaToken(of, async (token) => {
      used.push(token.accessToken);
      return fetch(`${stage.local.endpoints.visma}/v1/organization`, {
        headers: { authorization: `Bearer ${token.accessToken}` },
      });
    });
    expect(answer.status).toBe(200);
    expect(used[0]).toBe(accessToken);
    expect(new Set(used).size).toBe(2);
    expect(await run(aDocument('20'))).toMatchObject([{ outcome: 'posted' }]);
  });

  it('say what is the matter when the API refuses every token, throttles, or is away', async () => {
    const { control } = stage.local.visma;
    const outcomeWhile = async (http: 401 | 429 | 503) => {
      control.setTenantSwitches(handel.tenantId, { http });
      const [result] = await run(aDocument('10'));
      control.setTenantSwitches(handel.tenantId, { http: null });
      return result;
    };
    const before = booksOf(handel);
    expect(await outcomeWhile(429)).toMatchObject({ reason: 'throttled', retryAfterSeconds: 30 });
    expect(await outcomeWhile(503)).toMatchObject({ reason: 'no-answer' });
    expect(await outcomeWhile(401)).toMatchObject({ reason: 'token-refused' });
    expect(booksOf(handel)).toEqual(before);
  });

  it('are run by whoever may, and the broker asked by whoever may', async () => {
    const of = { environmentId, administrationId: '10' };
    await expect(tokenClient(stage.local.endpoints.spendCloudKeys).getVismaToken(of)).rejects.toMatchObject({
      name: 'VismaTokenFault',
      message: expect.stringContaining('TokenConsumerPolicyArn'),
    });
    const { endpoints, cloud } = stage.local;
    const asOperator = { endpoints: { ...endpoints, spendCloudKeys: endpoints.operator }, cloud };
    await expect(
      exportFromSpendCloud(asOperator, { environmentId, documents: [aDocument('10')] }),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('end with their connection', async () => {
    const [connectionId = ''] = connectionIds;
    const client = tokenClient(exporter, 0);
    const of = { environmentId, administrationId: '10' };
    expect(await client.getVismaToken(of)).toMatchObject({ connectionId, companyName: handel.name });
    await stage.command({ command: 'CancelConnection', connectionId });
    const ended = await eventually(
      async () => {
        const outcome: unknown = await client.getVismaToken(of).catch((error: unknown) => error);
        if (outcome instanceof Error) return outcome;
        await pause(200);
        return undefined;
      },
      'the end of the tokens',
      15_000,
    );
    expect(ended).toMatchObject({ name: 'VismaConnectionNotActive', state: 'cancelled' });
  });

  it('leave no token and no document in the logs', () => {
    const lines = stage.lines.filter((line) => /ExportDocuments|TokenBroker/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => /eyJ|F-\d|50001/.test(line))).toEqual([]);
  });
});
