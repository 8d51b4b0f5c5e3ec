import { describe, expect, it } from 'vitest';
import { functionsByRole, type Json, listOf, resources, statements, synthesised } from './synthesised.ts';

describe('who may do what', () => {
  const { service } = synthesised('prod');
  const folders = functionsByRole(service);

  it('gives the client secret to the access test and each signing secret to its verifier or signer', () => {
    const readers: Record<string, string[]> = {};
    for (const { of, statement } of statements(service)) {
      if (!listOf<string>(statement.Action).includes('secretsmanager:GetSecretValue')) continue;
      for (const resource of listOf<Json>(statement.Resource)) {
        const [, secret] = /ExportsOutputRefSecrets(\w+?)[0-9A-F]{8}/.exec(resource['Fn::ImportValue']) ?? [];
        readers[String(secret)] = [...(readers[String(secret)] ?? []), folders.get(of) ?? of];
      }
    }
    expect(readers).toEqual({
      VismaClient: ['test-access'],
      GenericTickets: ['receive-ticket-delivery'],
      VismaWebhook: ['receive-visma-delivery'],
      SpendCloudWebhook: ['tell-spend-cloud'],
    });
  });

  it('lets the access test alone be called by the workflow and by whoever needs a reading', () => {
    const accessTest = Object.entries(resources(service, 'AWS::Lambda::Function')).find(
      ([, { Properties }]) => Properties.Description === 'test-access',
    )?.[0];
    const callers = statements(service)
      .filter(
        ({ statement }) =>
          listOf<string>(statement.Action).includes('lambda:InvokeFunction') &&
          JSON.stringify(statement.Resource).includes(`"${accessTest}"`),
      )
      .map(({ of }) => folders.get(of) ?? of.replace(/[0-9A-F]{8}$/, ''));
    expect(callers.sort()).toEqual(['OnboardingStateMachineRole', 'process-inbound']);
  });

  it('lets only two functions wake an execution and one start it', () => {
    const may = (action: string) =>
      statements(service)
        .filter(({ statement }) => listOf<string>(statement.Action).includes(action))
        .map(({ of }) => folders.get(of))
        .sort();
    expect(may('states:SendTaskSuccess')).toEqual(['drive-onboarding', 'wait-for-fact']);
    expect(may('states:StartExecution')).toEqual(['drive-onboarding']);
    expect(may('ses:SendEmail')).toEqual(['send-mail']);
    expect(may('events:PutEvents')).toEqual(['publish-history']);
  });

  it('keeps the table from those who only receive, publish or call', () => {
    const writers = statements(service)
      .filter(({ statement }) => listOf<string>(statement.Action).includes('dynamodb:PutItem'))
      .map(({ of }) => folders.get(of));
    for (const folder of [
      'receive-ticket-delivery',
      'receive-visma-delivery',
      'publish-history',
      'resume-onboarding',
      'record-mail-outcome',
    ]) {
      expect(writers).not.toContain(folder);
    }
    expect(writers).toHaveLength(12);
  });

  it('lets only those delete who have something of their own to delete', () => {
    const may = (action: string) =>
      statements(service)
        .filter(({ statement }) => listOf<string>(statement.Action).includes(action))
        .map(({ of }) => folders.get(of))
        .sort();
    expect(may('dynamodb:DeleteItem')).toEqual([
      'drive-onboarding',
      'issue-invitation-code',
      'run-operator-command',
      'send-mail',
      'wait-for-fact',
    ]);
    expect(may('dynamodb:ConditionCheckItem')).toEqual(['activate-connection', 'run-operator-command']);
    expect(may('dynamodb:Scan')).toEqual([]);
  });

  it('lets operators call one route and nothing else', () => {
    const { Properties } = resources(service, 'AWS::IAM::ManagedPolicy').OperatorPolicy as Json;
    expect(Properties.PolicyDocument.Statement).toHaveLength(1);
    expect(JSON.stringify(Properties.PolicyDocument.Statement[0])).toMatch(
      /"execute-api:Invoke".*\/\$default\/POST\/operator\/commands"/,
    );
  });
});
