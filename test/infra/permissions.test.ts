import { describe, expect, it } from 'vitest';
import { functionsByRole, type Json, listOf, resources, statements, synthesised } from './synthesised.ts';

describe('who may do what', () => {
  const { service } = synthesised('prod');
  const folders = functionsByRole(service);

  it('gives the client secret to three functions and each signing secret to its verifier or signer and to operators', () => {
    const readers: Record<string, string[]> = {};
    for (const { of, statement } of statements(service)) {
      if (!listOf<string>(statement.Action).includes('secretsmanager:GetSecretValue')) continue;
      for (const resource of listOf<Json>(statement.Resource)) {
        const [, secret] = /ExportsOutputRefSecrets(\w+?)[0-9A-F]{8}/.exec(resource['Fn::ImportValue']) ?? [];
        readers[String(secret)] = [...(readers[String(secret)] ?? []), folders.get(of) ?? of];
      }
    }
    for (const names of Object.values(readers)) names.sort();
    expect(readers).toEqual({
      VismaClient: ['rotate-client-secret', 'test-access', 'token-broker'],
      GenericTickets: ['SecretsOperatorPolicy', 'receive-ticket-delivery'],
      VismaWebhook: ['SecretsOperatorPolicy', 'receive-visma-delivery'],
      SpendCloudWebhook: ['SecretsOperatorPolicy', 'tell-spend-cloud'],
      TicketBridge: ['SecretsOperatorPolicy', 'answer-ticket'],
      ConnectLinkKey: ['connect-page', 'rotate-link-key', 'send-mail'],
      // The API's client and the secret part of the webhook's address; operators put it and do not read it.
      ZohoDesk: ['answer-ticket', 'process-inbound', 'receive-zoho-delivery', 'reconcile-tickets'],
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
    expect(callers.sort()).toEqual(['OnboardingStateMachineRole', 'check-health', 'process-inbound']);
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
      'receive-zoho-delivery',
      'publish-history',
      'resume-onboarding',
    ]) {
      expect(writers).not.toContain(folder);
    }
    // Two of them for their token of Zoho Desk alone; what answers tickets for both.
    expect(writers).toHaveLength(23);
  });

  it('has what answers tickets use the table and its ticket systems’ secrets, call no function and mail nobody', () => {
    const allowed = statements(service)
      .filter(({ of }) => folders.get(of) === 'answer-ticket')
      .flatMap(({ statement }) => listOf<string>(statement.Action))
      .filter((action) => !/^(?:kms|logs|xray|sqs):/.test(action));
    expect([...new Set(allowed)].sort()).toEqual([
      ...['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
        (call) => `dynamodb:${call}`,
      ),
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
    ]);
  });

  it('gives the tokens of Visma’s tenants to the broker, and what asks Zoho Desk its own token only', () => {
    const reachable = statements(service)
      .filter(({ statement }) => /TokensTable\w+/.test(JSON.stringify(statement.Resource)))
      .filter(({ statement }) => listOf<string>(statement.Action).some((one) => one.startsWith('dynamodb:')))
      .map(({ of, statement }) => [folders.get(of), statement.Action, statement.Condition]);
    const calls = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
    const ownKeys = {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TOKEN#zoho-desk', 'CLIENT#zoho-desk.*'] },
    };
    expect(reachable.toSorted(([one], [other]) => String(one).localeCompare(String(other)))).toEqual([
      ['answer-ticket', calls, ownKeys],
      ['process-inbound', calls, ownKeys],
      ['reconcile-tickets', calls, ownKeys],
      ['token-broker', calls, undefined],
    ]);
  });

  it('lets only those delete who have something of their own to delete', () => {
    const may = (action: string) =>
      statements(service)
        .filter(({ statement }) => listOf<string>(statement.Action).includes(action))
        .map(({ of }) => folders.get(of))
        .sort();
    expect(may('dynamodb:DeleteItem')).toEqual([
      'answer-ticket',
      'check-health',
      'drive-onboarding',
      'follow-campaign',
      'import-campaign',
      'issue-invitation-code',
      'run-operator-command',
      'send-mail',
      'send-reminders',
      'wait-for-fact',
    ]);
    expect(may('dynamodb:ConditionCheckItem')).toEqual([
      'activate-connection',
      'check-health',
      'import-campaign',
      'run-operator-command',
    ]);
    expect(may('dynamodb:Scan')).toEqual([]);
  });

  it('lets one function read the customers’ file of an import, and delete it; nobody else reaches the bucket', () => {
    const reaching = statements(service)
      .filter(({ of }) => folders.has(of))
      .filter(({ statement }) => /ImportsBucket/.test(JSON.stringify(statement.Resource)))
      .map(({ of, statement }) => [
        folders.get(of),
        statement.Action,
        JSON.stringify(statement.Resource).match(/\/imports\S*?"/)?.[0],
      ]);
    expect(reaching).toEqual([
      ['import-campaign', ['s3:DeleteObject', 's3:GetObject'], '/imports/*/customers.csv"'],
      ['import-campaign', 's3:PutObject', '/imports/*/report/*"'],
      ['import-campaign', 's3:ListBucket', undefined],
    ]);
  });

  it('lets only the schedule, the planner and operators’ commands put checks into the health queue', () => {
    const queue = Object.entries(resources(service, 'AWS::SQS::Queue')).find(
      ([id, { Properties }]) => id.startsWith('HealthChecksHealth') && Properties.RedrivePolicy !== undefined,
    )?.[0];
    const senders = statements(service)
      .filter(
        ({ statement }) =>
          listOf<string>(statement.Action).includes('sqs:SendMessage') &&
          JSON.stringify(statement.Resource).includes(`"${queue}"`),
      )
      .map(({ of }) => folders.get(of) ?? of.replace(/Target.*/, ''));
    expect(senders.sort()).toEqual(['SchedulerRoleFor', 'check-health', 'run-operator-command']);
  });

  it('lets each rotation move the labels of its secret only, and one function put one secret, as people put the others', () => {
    const may = (action: string) =>
      statements(service).filter(({ statement }) => listOf<string>(statement.Action).includes(action));
    const secretsOf = (resource: unknown) =>
      [...JSON.stringify(resource).matchAll(/ExportsOutputRefSecrets(\w+?)[0-9A-F]{8}/g)].map(([, id]) => id);
    const reach = (action: string) =>
      may(action).map(({ of, statement }) => [folders.get(of) ?? of, secretsOf(statement.Resource)]);
    expect(reach('secretsmanager:UpdateSecretVersionStage')).toEqual([
      ['rotate-client-secret', ['VismaClient']],
      ['rotate-link-key', ['ConnectLinkKey']],
    ]);
    expect(reach('secretsmanager:PutSecretValue')).toEqual([
      ['rotate-link-key', ['ConnectLinkKey']],
      [
        'SecretsOperatorPolicy',
        ['GenericTickets', 'SpendCloudWebhook', 'TicketBridge', 'VismaClient', 'VismaWebhook', 'ZohoDesk'],
      ],
    ]);
  });

  it('lets operators’ commands alone have the link key rotated', () => {
    const rotation = Object.entries(resources(service, 'AWS::Lambda::Function')).find(
      ([, { Properties }]) => Properties.Description === 'rotate-link-key',
    )?.[0];
    const callers = statements(service).filter(
      ({ statement }) =>
        listOf<string>(statement.Action).includes('lambda:InvokeFunction') &&
        JSON.stringify(statement.Resource).includes(`"${rotation}"`),
    );
    expect(callers.map(({ of }) => folders.get(of))).toEqual(['run-operator-command']);
  });

  it('lets consumers of tokens, as the sample export is one, call the broker and nothing else', () => {
    const { service: local } = synthesised('local');
    const ofLocal = functionsByRole(local);
    const logical = (folder: string) =>
      Object.entries(resources(local, 'AWS::Lambda::Function')).find(
        ([, { Properties }]) => Properties.Description === folder,
      )?.[0];
    const allowed = statements(local)
      .filter(({ of }) => ofLocal.get(of) === 'export-documents' || of === 'SampleExportPolicy')
      .map(({ of, statement }) => [ofLocal.get(of) ?? of, statement.Action, statement.Resource]);
    const logsAndTraces = allowed.filter(([, actions]) => /^(logs|xray):/.test(String(listOf(actions)[0])));
    expect(logsAndTraces.map(([of]) => of)).toEqual(['export-documents', 'export-documents']);
    expect(allowed.filter((one) => !logsAndTraces.includes(one))).toEqual([
      ['export-documents', 'lambda:InvokeFunction', { 'Fn::GetAtt': [logical('token-broker'), 'Arn'] }],
      ['SampleExportPolicy', 'lambda:InvokeFunction', { 'Fn::GetAtt': [logical('export-documents'), 'Arn'] }],
    ]);
  });

  it('lets operators call one route, put the file of an import and read its reports, and nothing else', () => {
    const { Properties } = resources(service, 'AWS::IAM::ManagedPolicy').OperatorPolicy as Json;
    const [route, ...files] = Properties.PolicyDocument.Statement;
    expect(JSON.stringify(route)).toMatch(/"execute-api:Invoke".*\/\$default\/POST\/operator\/commands"/);
    expect(
      files.map(({ Action, Resource }: Json) => [
        Action,
        JSON.stringify(Resource).match(/\/imports\S*?"/)?.[0],
      ]),
    ).toEqual([
      [['s3:DeleteObject', 's3:PutObject'], '/imports/*/customers.csv"'],
      ['s3:GetObject', '/imports/*/report/*"'],
      [['kms:Decrypt', 'kms:GenerateDataKey'], undefined],
    ]);
    expect(JSON.stringify(files[2].Condition)).toContain('"kms:ViaService":"s3.eu-west-1.amazonaws.com"');
  });
});
