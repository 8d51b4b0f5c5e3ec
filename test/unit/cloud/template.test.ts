import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Resource } from '../../../infra/local/cloud/service.ts';
import { deploy, readAssembly } from '../../../infra/local/cloud/template.ts';

const place = { region: 'eu-west-1', accountId: '000000000000' };
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A cloud assembly on disk: template by stack name, each stack depending on those before it unless told. */
function assembly(templates: Record<string, object>, dependencies: Record<string, string[]> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'assembly-'));
  folders.push(folder);
  const artifacts = Object.fromEntries(
    Object.keys(templates).map((name) => [
      name,
      {
        type: 'aws:cloudformation:stack',
        dependencies: dependencies[name] ?? [],
        properties: { templateFile: `${name}.template.json` },
      },
    ]),
  );
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
  for (const [name, template] of Object.entries(templates)) {
    writeFileSync(path.join(folder, `${name}.template.json`), JSON.stringify(template));
  }
  return folder;
}

async function run(folder: string, stage = 'local') {
  const created: Resource[] = [];
  const outputs = await deploy(readAssembly(folder, stage), place, (resource) => {
    created.push(resource);
    return { ref: `ref-${resource.logicalId}`, attributes: { Arn: `arn-${resource.logicalId}` } };
  });
  return { created, outputs, order: created.map((resource) => resource.path) };
}

describe('reading an assembly', () => {
  it('takes the stacks of the stage, those that others depend on first', async () => {
    const empty = { Resources: { X: { Type: 'T' } } };
    const folder = assembly(
      { 'app-local-service': empty, 'app-prod-stateful': empty, 'app-local-stateful': empty },
      { 'app-local-service': ['app-local-stateful'] },
    );
    expect((await run(folder)).order).toEqual(['app-local-stateful/X', 'app-local-service/X']);
  });

  it.each([
    [{ Resources: {}, Transform: 'AWS::Serverless' }, /Transform/],
    [
      { Resources: { X: { Type: 'T', UpdatePolicy: {} } } },
      /a-local\.template\.json\/Resources\/X: .*UpdatePolicy/,
    ],
  ])('refuses what it does not know of a template: %j', (template, message) => {
    expect(() => readAssembly(assembly({ 'a-local': template }), 'local')).toThrow(message);
  });

  it('says what to do when there is no assembly', () => {
    expect(() => readAssembly('/nowhere', 'local')).toThrow(/synthesise the app again/);
  });
});

describe('deploying', () => {
  it('creates in the order of references and dependencies, with resolved properties', async () => {
    const folder = assembly({
      'a-local': {
        Resources: {
          Rule: { Type: 'T', Properties: { Target: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
          Queue: { Type: 'T', DependsOn: ['Role'] },
          Role: {
            Type: 'T',
            Properties: { Name: { 'Fn::Sub': '$' + '{AWS::StackName}-$' + '{AWS::AccountId}' } },
          },
        },
      },
    });
    const { created, order } = await run(folder);
    expect(order).toEqual(['a-local/Role', 'a-local/Queue', 'a-local/Rule']);
    expect(created.map(({ properties }) => properties)).toEqual([
      { Name: 'a-local-000000000000' },
      {},
      { Target: 'arn-Queue' },
    ]);
  });

  it('hands exports to later stacks and answers outputs', async () => {
    const folder = assembly({
      'a-local': {
        Resources: { Table: { Type: 'T' } },
        Outputs: { Out: { Value: { Ref: 'Table' }, Export: { Name: 'a:Table' } } },
      },
      'b-local': {
        Resources: { Fn: { Type: 'T', Properties: { Table: { 'Fn::ImportValue': 'a:Table' } } } },
        Outputs: { Name: { Value: { 'Fn::GetAtt': ['Fn', 'Arn'] } } },
      },
    });
    const { created, outputs } = await run(folder);
    expect(created[1]?.properties).toEqual({ Table: 'ref-Table' });
    expect(outputs).toEqual({
      Out: 'ref-Table',
      'a-local.Out': 'ref-Table',
      Name: 'arn-Fn',
      'b-local.Name': 'arn-Fn',
    });
  });

  it('leaves out what its condition excludes', async () => {
    const folder = assembly({
      'a-local': {
        Parameters: { Size: { Type: 'String', Default: 'small' } },
        Conditions: { Big: { 'Fn::Equals': [{ Ref: 'Size' }, 'big'] } },
        Resources: {
          X: { Type: 'T', Condition: 'Big' },
          Y: { Type: 'T', Properties: { Size: { Ref: 'Size' } } },
        },
      },
    });
    const { order, created } = await run(folder);
    expect(order).toEqual(['a-local/Y']);
    expect(created[0]?.properties).toEqual({ Size: 'small' });
  });

  const refused: [string, Record<string, object>, RegExp][] = [
    [
      'a circle',
      { A: { Type: 'T', Properties: { x: { Ref: 'B' } } }, B: { Type: 'T', DependsOn: 'A' } },
      /depends on itself: A → B → A/,
    ],
    [
      'an unknown resource',
      { A: { Type: 'T', Properties: { x: { Ref: 'B' } } } },
      /a-local\/A\/Properties\/x\/Ref/,
    ],
    [
      'an unknown attribute',
      { A: { Type: 'T' }, B: { Type: 'T', Properties: { x: { 'Fn::GetAtt': ['A', 'Url'] } } } },
      /no attribute Url/,
    ],
    ['a missing export', { A: { Type: 'T', Properties: { x: { 'Fn::ImportValue': 'y' } } } }, /exports "y"/],
    [
      'a pseudo parameter without value',
      { A: { Type: 'T', Properties: { x: { Ref: 'AWS::NotificationARNs' } } } },
      /pseudo parameter/,
    ],
  ];
  it.each(refused)('refuses %s with its path', async (_name, Resources, message) => {
    await expect(run(assembly({ 'a-local': { Resources } }))).rejects.toThrow(message);
  });
});
