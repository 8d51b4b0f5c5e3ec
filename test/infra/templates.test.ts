import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { type Stage, stages } from '../../infra/config.ts';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import { ticketAnswerEvents } from '../../shared/contracts/events/event.ts';
import { zohoDeskVariables } from '../../shared/contracts/zoho-desk/settings.ts';
import { functionsByRole, type Json, listOf, resources, statements, synthesised } from './synthesised.ts';

const root = path.join(import.meta.dirname, '../..');
const runbook = readFileSync(path.join(root, 'docs/runbook.md'), 'utf8');
const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
  (heading ?? '')
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-'),
);

describe.each([...stages])('stage %s', (stage) => {
  const { stateful, service } = synthesised(stage);
  const lambdas = Object.values(resources(service, 'AWS::Lambda::Function'));

  it('matches its snapshot', async () => {
    for (const [name, template] of Object.entries({ stateful, service })) {
      const text = JSON.stringify(template.toJSON(), null, 1).replaceAll(/[0-9a-f]{64}\.zip/g, '<asset>.zip');
      await expect(text).toMatchFileSnapshot(`snapshots/${stage}-${name}.snap`);
    }
  });

  it('has a function for every folder of functions/, the sample export in stage local only', () => {
    const folders = readdirSync(path.join(root, 'functions'));
    expect(lambdas.map(({ Properties }) => Properties.Description).sort()).toEqual(
      folders.filter((folder) => stage === 'local' || folder !== 'export-documents').sort(),
    );
  });

  it.each(lambdas.map(({ Properties }) => [Properties.Description, Properties]))(
    '%s gets exactly the environment that its env.ts reads',
    (folder, properties) => {
      const env = readFileSync(path.join(root, 'functions', folder, 'env.ts'), 'utf8');
      const named = [...env.matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+):/g)].map(([, name]) => name);
      const shared = env.includes('...zohoDeskVariables.shape') ? Object.keys(zohoDeskVariables.shape) : [];
      const read = new Set([...named, ...shared]);
      expect(Object.keys(properties.Environment.Variables).sort()).toEqual([...read].sort());
    },
  );

  it('runs every function on Node 24 and arm64, traced, with a role and a log group of its own', () => {
    for (const { Properties } of lambdas) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: { Ref: expect.any(String) } },
      });
    }
    expect(functionsByRole(service).size).toBe(lambdas.length);
  });

  it('keeps every log for a stated time, and when the stack is deleted', () => {
    const groups = Object.values(resources(service, 'AWS::Logs::LogGroup'));
    expect(groups.length).toBeGreaterThan(lambdas.length);
    for (const group of groups) {
      expect(group.Properties.RetentionInDays).toBeGreaterThan(0);
      expect(group.DeletionPolicy).toBe('Retain');
    }
  });

  it('allows no action by a wildcard', () => {
    for (const { of, statement } of statements(service)) {
      expect(`${of} ${listOf(statement.Action).join(' ')}`).not.toContain('*');
    }
  });

  it('lets a role reach everything (*) only where AWS knows no resource', () => {
    const unavoidable =
      /^(?:xray:Put(?:TraceSegments|TelemetryRecords)|xray:GetSampling(?:Rules|Targets)|logs:.*(?:LogDeliver(?:y|ies)|ResourcePolic(?:y|ies)|LogGroups)|dynamodb:ListStreams)$/;
    for (const { statement } of statements(service)) {
      if (!listOf(statement.Resource).includes('*')) continue;
      for (const action of listOf<string>(statement.Action)) expect(action).toMatch(unavoidable);
    }
  });

  it('encrypts queues, refuses plain HTTP, and gives each work queue dead letters', () => {
    const queues = Object.entries(resources(service, 'AWS::SQS::Queue'));
    const deadLetters = queues.filter(([, { Properties }]) => Properties.RedrivePolicy === undefined);
    expect(queues).toHaveLength(25);
    expect(deadLetters.map(([id]) => id)).toEqual(
      deadLetters.map(() => expect.stringContaining('DeadLetters')),
    );
    for (const [, { Properties }] of queues) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
      expect(Properties.MessageRetentionPeriod).toBe(1_209_600);
    }
    const refusals = Object.values(resources(service, 'AWS::SQS::QueuePolicy')).filter(({ Properties }) =>
      Properties.PolicyDocument.Statement.some(
        (statement: Json) =>
          statement.Effect === 'Deny' && statement.Condition?.Bool?.['aws:SecureTransport'] === 'false',
      ),
    );
    expect(refusals).toHaveLength(queues.length);
  });

  it('gives a message back no sooner than its function can be done', () => {
    for (const { Properties } of Object.values(resources(service, 'AWS::SQS::Queue'))) {
      if (Properties.RedrivePolicy === undefined) continue;
      expect(Properties.VisibilityTimeout).toBeGreaterThanOrEqual(lambdas[0].Properties.Timeout);
    }
  });

  it('hands failures of a batch back one by one', () => {
    for (const { Properties } of Object.values(resources(service, 'AWS::Lambda::EventSourceMapping'))) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('publishes new history entries only, and gives up in the end', () => {
    const sources = Object.values(resources(service, 'AWS::Lambda::EventSourceMapping'));
    expect(sources.filter(({ Properties }) => Properties.FilterCriteria !== undefined)).toMatchObject([
      {
        Properties: {
          BisectBatchOnFunctionError: true,
          MaximumRetryAttempts: 1000,
          MaximumRecordAgeInSeconds: 43_200,
          DestinationConfig: { OnFailure: { Destination: expect.anything() } },
          FilterCriteria: {
            Filters: [
              {
                Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"HISTORY#"}]}}}}',
              },
            ],
          },
        },
      },
    ]);
  });

  it('gives what happens to tickets’ companies to the queue of what answers them', () => {
    const [[, rule] = []] = Object.entries<Json>(resources(service, 'AWS::Events::Rule')).filter(([id]) =>
      id.startsWith('RoutingTicketAnswers'),
    );
    expect(rule.Properties.EventPattern).toMatchObject({
      source: ['visma-onboarding'],
      'detail-type': [...ticketAnswerEvents],
    });
    const [[, mapping] = []] = Object.entries<Json>(
      resources(service, 'AWS::Lambda::EventSourceMapping'),
    ).filter(([id]) => id.startsWith('AnswersAnswerTicket'));
    expect(mapping.Properties.EventSourceArn).toEqual(rule.Properties.Targets[0].Arn);
  });

  it('never mails or tells because of a replay, and has dead letters behind every rule', () => {
    const rules = Object.entries(resources(service, 'AWS::Events::Rule'));
    const exceptReplays = rules.filter(
      ([, { Properties }]) => Properties.EventPattern['replay-name'] !== undefined,
    );
    expect(exceptReplays.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'RoutingMail',
      'RoutingTicketAnswers',
      'RoutingSpendCloud',
    ]);
    for (const [, { Properties }] of exceptReplays) {
      expect(Properties.EventPattern['replay-name']).toEqual([{ exists: false }]);
    }
    for (const [, { Properties }] of rules) {
      for (const target of Properties.Targets) expect(target.DeadLetterConfig).toBeDefined();
    }
  });

  it('has every alarm say what is at stake, tell someone and lead to the runbook', () => {
    const alarms = Object.values(resources(service, 'AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(25);
    for (const { Properties } of alarms) {
      const told = /^Impact: .{20,}\. Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(
        Properties.AlarmDescription,
      );
      expect(told, Properties.AlarmDescription).not.toBeNull();
      expect(anchors).toContain(told?.[1]);
      expect(Properties.AlarmActions).toHaveLength(1);
    }
  });

  it('shows operators, state machine, table and bus to the tools', () => {
    expect(Object.keys(service.findOutputs('*'))).toEqual(
      expect.arrayContaining(['ApiUrl', 'StateMachineArn', 'OperatorPolicyArn', 'SecretsOperatorPolicyArn']),
    );
    expect(Object.keys(stateful.findOutputs('*'))).toEqual(expect.arrayContaining(['TableName', 'BusName']));
  });

  it('runs a Standard workflow that is traced and logs errors without data', () => {
    service.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
    });
    expect(Object.keys(resources(service, 'AWS::StepFunctions::StateMachine'))).toHaveLength(1);
  });

  it('asks IAM about operators, and nobody else about webhooks and the page', () => {
    const routes = Object.values(resources(service, 'AWS::ApiGatewayV2::Route'));
    expect(
      Object.fromEntries(routes.map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType])),
    ).toEqual({
      'POST /webhooks/tickets/generic': 'NONE',
      'POST /webhooks/visma': 'NONE',
      'GET /connect': 'NONE',
      'GET /connect/{link}': 'NONE',
      'GET /connect/assets/{file}': 'NONE',
      'GET /connect/{link}/state': 'NONE',
      'POST /connect/{link}/{action}': 'NONE',
      'ANY /webhooks/tickets/zoho-desk/{segment}': 'NONE',
      'POST /operator/commands': 'AWS_IAM',
    });
  });

  it('logs no body, header or query of a request', () => {
    const [{ Properties }] = Object.values(resources(service, 'AWS::ApiGatewayV2::Stage')) as [Json];
    expect(Properties.AccessLogSettings.Format).not.toMatch(/body|header|query|authorizer|path/i);
    expect(Properties.DefaultRouteSettings.ThrottlingRateLimit).toBe(50);
  });

  it('keeps the state through everything', () => {
    expect(Object.keys(stateful.toJSON().Resources)).toEqual([
      'OnboardingKey98E4701B',
      'OnboardingTable19B08FCD',
      'TokensKey71DAB889',
      'TokensTableFC8D39D1',
      'EventsBus45DE4339',
      'EventsBusArchive3AC72948',
      'SecretsKey9BF95D68',
      'SecretsVismaClient67C3DB6A',
      'SecretsGenericTickets8284C7AD',
      'SecretsVismaWebhookEF684D95',
      'SecretsSpendCloudWebhook997C0E91',
      'SecretsTicketBridgeE0F721C4',
      'SecretsConnectLinkKey4AFFD696',
      'SecretsZohoDeskCB90E55D',
      'ImportsKey728953B2',
      'ImportsBucketB463A28B',
      'ImportsBucketPolicyDD2ED272',
    ]);
    for (const [id, resource] of Object.entries<Json>(stateful.toJSON().Resources)) {
      expect(`${id} ${resource.DeletionPolicy} ${resource.UpdateReplacePolicy}`).toBe(`${id} Retain Retain`);
    }
  });

  it('has a table on demand, with stream, recovery and its own rotating key', () => {
    stateful.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAtEpoch', Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [
        {
          DeletionProtectionEnabled: stage !== 'local',
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ],
    });
    for (const { Properties } of Object.values(resources(stateful, 'AWS::KMS::Key'))) {
      expect(Properties.EnableKeyRotation).toBe(true);
    }
  });

  it('keeps files of imports for a week, encrypted, private, and in one version only', () => {
    const [[, bucket]] = Object.entries(resources(stateful, 'AWS::S3::Bucket')) as [[string, Json]];
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringContaining('ImportsKey'), 'Arn'] },
            },
          },
        ],
      },
      LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 7 }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    expect(bucket.Properties).not.toHaveProperty('VersioningConfiguration');
    stateful.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ],
      },
    });
  });

  it('names nothing that AWS can name, except secrets', () => {
    const named = [stateful, service].flatMap((template) =>
      Object.entries<Json>(template.toJSON().Resources).flatMap(([id, { Type, Properties = {} }]) =>
        [
          'FunctionName',
          'QueueName',
          'TableName',
          'RoleName',
          'LogGroupName',
          'StateMachineName',
          'TopicName',
        ]
          .filter((property) => typeof Properties[property] === 'string' && !Type.endsWith('Permission'))
          .map((property) => `${id}.${property}`),
      ),
    );
    expect(named).toEqual([]);
    expect(
      Object.values(resources(stateful, 'AWS::SecretsManager::Secret')).map(
        ({ Properties }) => Properties.Name,
      ),
    ).toEqual(
      [
        'visma-client',
        'generic-tickets',
        'visma-webhook',
        'spend-cloud-webhook',
        'ticket-bridge',
        'connect-link-key',
        'zoho-desk',
      ].map((name) => `visma-onboarding/${stage}/${name}`),
    );
  });
});

describe('figures', () => {
  const { service } = synthesised('prod');

  it('tries to tell Spend Cloud for a day, and a little more', () => {
    const tries = redriveOf('SpendCloudQueue');
    const waits = Array.from({ length: tries - 1 }, (_, index) => Math.min(3_600, 2 ** (index + 1)));
    const seconds = waits.reduce((sum, wait) => sum + wait, 0);
    expect(seconds).toBeGreaterThanOrEqual(86_400);
    expect(seconds).toBeLessThan(86_400 + 3_600);
  });

  it('tries the other queues for an hour and a half', () => {
    for (const queue of [
      'IntakeInbound',
      'DriverWorkflow',
      'MailQueue',
      'MailMailOutcome',
      'HealthChecksHealth',
      'AnswersTicketAnswers',
      'CampaignReminders',
      'CampaignQueue',
    ]) {
      expect(redriveOf(queue)).toBe(15);
    }
  });

  it('finds each line that alarms count in the logs of whoever writes it', () => {
    const loggers = new Map<string, string>(
      Object.values(resources(service, 'AWS::Lambda::Function')).map(({ Properties }) => [
        Properties.LoggingConfig.LogGroup.Ref,
        Properties.Description,
      ]),
    );
    const found = Object.values(resources(service, 'AWS::Logs::MetricFilter')).map(({ Properties }) => [
      Properties.FilterPattern,
      loggers.get(Properties.LogGroupName.Ref) ?? '',
      Properties.MetricTransformations[0].MetricName,
    ]);
    const clients = ['test-access', 'token-broker'];
    const rotation = 'rotate-client-secret';
    expect(found).toEqual(
      expect.arrayContaining([
        ...[...clients, rotation].map((folder) => ['"CLIENT REJECTED"', folder, 'ClientRejected']),
        ...clients.map((folder) => ['"CLIENT SECRET FALLBACK"', folder, 'ClientSecretFallback']),
        ...clients.map((folder) => ['"CLIENT SECRET MALFORMED"', folder, 'ClientSecretMalformed']),
        ['"CLIENT SECRET REFUSED"', rotation, 'ClientSecretRefused'],
        ['"CLIENT SECRET ROLLED BACK"', rotation, 'ClientSecretRolledBack'],
      ]),
    );
    const lines = new Set(found.map(([pattern]) => pattern?.slice(1, -1)));
    expect(lines).toEqual(new Set(Object.values(alarmLines)));
  });

  it('looks after the client secret by a schedule that may send to its queue and nothing else', () => {
    const [[, { Properties }] = []] = Object.entries<Json>(
      resources(service, 'AWS::Scheduler::Schedule'),
    ).filter(([id]) => id.startsWith('Rotation'));
    expect(Properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Input: '{"reason":"schedule"}' },
    });
  });

  it('sends reminders on weekdays at nine and the digest on Mondays at eight, in Dutch time', () => {
    const schedules = Object.entries<Json>(resources(service, 'AWS::Scheduler::Schedule'))
      .filter(([id]) => id.startsWith('Campaign'))
      .map(([, { Properties }]) => [
        Properties.ScheduleExpression,
        Properties.ScheduleExpressionTimezone,
        Properties.Target.Input,
      ]);
    expect(schedules).toEqual([
      ['cron(0 9 ? * MON-FRI *)', 'Europe/Amsterdam', '{"kind":"run","at":"<aws.scheduler.scheduled-time>"}'],
      ['cron(0 8 ? * MON *)', 'Europe/Amsterdam', '{"kind":"digest","at":"<aws.scheduler.scheduled-time>"}'],
    ]);
  });

  it('warns about addresses that are to be filled in before a deploy', () => {
    const warned = (stage: Stage) =>
      Annotations.fromStack(synthesised(stage).serviceStack).findWarning(
        '*',
        Match.stringLikeRegexp('\\.example'),
      ).length;
    expect(stages.map(warned)).toEqual([0, 1, 1]);
  });

  it('expects activations in production only', () => {
    const alarmed = (stage: Stage) =>
      JSON.stringify(resources(synthesised(stage).service, 'AWS::CloudWatch::Alarm')).includes(
        '#nothing-activated',
      );
    expect(stages.map((stage) => [stage, alarmed(stage)])).toEqual([
      ['local', false],
      ['dev', false],
      ['prod', true],
    ]);
  });

  function redriveOf(idPrefix: string): number {
    const [, queue] =
      Object.entries(resources(service, 'AWS::SQS::Queue')).find(
        ([id, { Properties }]) => id.startsWith(idPrefix) && Properties.RedrivePolicy !== undefined,
      ) ?? [];
    return queue?.Properties.RedrivePolicy.maxReceiveCount;
  }
});
