import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesise } from '../../../infra/local/synthesise.ts';
import { eventually } from '../cloud/poll.ts';
import { checkStage, countOf, operators, subjects, untilMail } from './invariants.ts';
import { pause, Stage } from './stage.ts';

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() }),
  ),
});
const policy = z.looseObject({
  PolicyDocument: z.looseObject({ Statement: z.array(z.looseObject({ Action: z.unknown() })) }),
});

/** A copy of the assembly in which the role whose policy has `role` in its id may not do `action`. */
async function withoutGrant(role: string, action: string): Promise<string> {
  const assembly = await mkdtemp(join(tmpdir(), 'assembly-'));
  await cp(await synthesise(), assembly, { recursive: true });
  const file = join(assembly, 'VismaOnboarding-local-Service.template.json');
  const parsed = template.parse(JSON.parse(await readFile(file, 'utf8')));
  let removed = 0;
  for (const [id, resource] of Object.entries(parsed.Resources)) {
    if (resource.Type !== 'AWS::IAM::Policy' || !id.includes(role)) continue;
    const properties = policy.parse(resource.Properties);
    const { Statement: statements } = properties.PolicyDocument;
    const kept = statements.filter(({ Action: actions }) => ![actions].flat().includes(action));
    removed += statements.length - kept.length;
    resource.Properties = {
      ...properties,
      PolicyDocument: { ...properties.PolicyDocument, Statement: kept },
    };
  }
  expect(removed, `grants of ${action}`).toBe(1);
  await writeFile(file, JSON.stringify(parsed));
  return assembly;
}

describe('a grant that is missing in the template', () => {
  async function withStage(role: string, action: string, run: (stage: Stage) => Promise<void>) {
    const assembly = await withoutGrant(role, action);
    try {
      const stage = await Stage.start({ assembly });
      try {
        await run(stage);
      } finally {
        await stage.stop();
      }
    } finally {
      await rm(assembly, { recursive: true, force: true });
    }
  }

  /** Lines of the `count` first calls that were refused. */
  function untilRefused(stage: Stage, action: string, count: number): Promise<readonly string[]> {
    return eventually(
      async () => {
        const refused = stage.lines.filter(
          (line) => line.includes('AccessDenied') && line.includes(`not authorized to perform: ${action}`),
        );
        if (refused.length >= count) return refused;
        await pause(150);
        return undefined;
      },
      `${count} refusals of ${action}`,
      60_000,
    );
  }

  it('refuses the call as AWS does, and the mail that was to be sent stays in its queue', async () => {
    await withStage('SendMail', 'ses:SendEmail', async (stage) => {
      const customer = stage.newCustomer();
      const connectionId = await stage.register(customer);
      await stage.addCodes(1);
      await stage.asksForCode(customer);
      // The second shows that the first lost nothing: the same mail was tried again.
      const [refused] = await untilRefused(stage, 'ses:SendEmail', 2);
      console.log(refused);
      expect(stage.local.cloud.mail.mails()).toEqual([]);
      expect(countOf(await stage.show(connectionId), 'InvitationCodeIssued')).toBe(1);
      const kept = [...stage.queues()].filter(([, count]) => count > 0);
      expect(kept).toEqual([[expect.stringContaining('Mail'), 1]]);
    });
  });

  it('flags the connection whose step may not be taken, and operators are told', async () => {
    await withStage('ActivateConnection', 'dynamodb:PutItem', async (stage) => {
      const customer = stage.newCustomer();
      const connectionId = await stage.register(customer);
      await stage.addCodes(1);
      await stage.asksForCode(customer);
      await untilMail(stage, customer.email, subjects.code);
      stage.integrate(customer.tenantId, { told: true });
      const [refused] = await untilRefused(stage, 'dynamodb:', 1);
      console.log(refused);
      const shown = await stage.untilState(connectionId, 'needs-attention');
      expect(shown).toMatchObject({ attention: { reason: 'step-failed' }, tenantId: customer.tenantId });
      await untilMail(stage, operators, `Actie nodig: ${customer.name} (step-failed)`);
      expect([countOf(shown, 'ConnectionActivated'), stage.local.spendCloud.received()]).toEqual([0, []]);
      await stage.settled(1_000);
      await checkStage(stage, await stage.connections());
    });
  });
});
