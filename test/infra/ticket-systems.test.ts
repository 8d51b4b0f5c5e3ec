import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { configOf, type StageConfig } from '../../infra/config.ts';
import { Alarms } from '../../infra/constructs/alarms.ts';
import { ServiceFunction } from '../../infra/constructs/service-function.ts';
import { letAnswerTickets } from '../../infra/constructs/ticket-systems.ts';
import { createApp } from '../../infra/stacks/onboarding-app.ts';
import { StatefulStack } from '../../infra/stacks/stateful-stack.ts';
import { ticketAnswersVariable } from '../../shared/contracts/ticket-answers/settings.ts';
import { listOf, resources, statements } from './synthesised.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'answers-'));
writeFileSync(path.join(folder, 'index.mjs'), 'export const handler = () => 1;');

function templateOf(config: StageConfig): Template {
  const app = createApp({ outdir: mkdtempSync(path.join(tmpdir(), 'assembly-answers-')) });
  const { stores } = new StatefulStack(app, 'Stateful', config, { env: config.env });
  const stack = new Stack(app, 'Service', { env: config.env });
  const foundation = {
    config,
    stores,
    bundles: { folderOf: () => folder },
    alarms: new Alarms(stack, 'Alarms', config.alarmsTo),
  };
  const caller = new ServiceFunction(stack, 'Caller', foundation, {
    folder: 'caller',
    environment: {},
    impact: 'Nothing.',
    failuresTolerated: 0,
  });
  letAnswerTickets(caller, foundation);
  return Template.fromStack(stack);
}

describe('a function that may answer tickets', () => {
  const read = (template: Template) =>
    statements(template)
      .filter(({ statement }) => listOf<string>(statement.Action).includes('secretsmanager:GetSecretValue'))
      .flatMap(({ statement }) => listOf<object>(statement.Resource).map((one) => JSON.stringify(one)))
      .map((resource) => /ExportsOutputRefSecrets(\w+?)[0-9A-F]{8}/.exec(resource)?.[1])
      .toSorted();
  const variables = (template: Template) =>
    Object.values(resources(template, 'AWS::Lambda::Function'))[0]?.Properties.Environment.Variables;

  it.each([
    ['local', { bridgeUrl: 'http://127.0.0.1:4604/bridge/answers' }],
    ['prod', {}],
  ] as const)('has Zoho Desk and the bridge of stage %s', (stage, settings) => {
    const template = templateOf(configOf(stage, {}));
    expect(variables(template)).toMatchObject({
      TICKET_BRIDGE_SECRET_ID: `visma-onboarding/${stage}/ticket-bridge`,
      ZOHO_DESK_SECRET_ID: `visma-onboarding/${stage}/zoho-desk`,
    });
    expect(ticketAnswersVariable.parse(variables(template).TICKET_ANSWERS)).toEqual(settings);
    expect(read(template)).toEqual(['TicketBridge', 'ZohoDesk']);
  });
});
