import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Bundles } from '../../infra/bundling/bundle-functions.ts';
import { configOf, type Stage } from '../../infra/config.ts';
import { addStage, createApp } from '../../infra/stacks/onboarding-app.ts';

// biome-ignore lint/suspicious/noExplicitAny: templates are taken apart by what a test knows about them.
export type Json = any;

/** Bundles with the same content whatever the functions are, so that templates do not change with them. */
const bundles: Bundles = {
  folderOf(name) {
    const folder = path.join(scratch, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'index.mjs'), `export const handler = () => '${name}';`);
    return folder;
  },
};
const scratch = mkdtempSync(path.join(tmpdir(), 'bundles-'));

export interface Synthesised {
  readonly app: App;
  readonly stateful: Template;
  readonly service: Template;
  readonly serviceStack: Stack;
}

const known = new Map<Stage, Synthesised>();

/** Both stacks of a stage, as they are without an AWS account at hand. */
export function synthesised(stage: Stage): Synthesised {
  const before = known.get(stage);
  if (before !== undefined) return before;
  const app = createApp({ outdir: mkdtempSync(path.join(tmpdir(), `assembly-${stage}-`)) });
  const { stateful, service } = addStage(app, configOf(stage, {}), bundles);
  const made = {
    app,
    stateful: Template.fromStack(stateful),
    service: Template.fromStack(service),
    serviceStack: service,
  };
  known.set(stage, made);
  return made;
}

export function resources(template: Template, type: string): Record<string, Json> {
  return template.findResources(type);
}

/** Every Allow or Deny of a template with the logical id of the role or resource that it is about. */
export function statements(template: Template): { of: string; statement: Json }[] {
  const found: { of: string; statement: Json }[] = [];
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) {
    for (const [id, { Properties }] of Object.entries(resources(template, type))) {
      const roles: string[] = (Properties.Roles ?? []).map((role: Json) => role.Ref);
      for (const of of roles.length > 0 ? roles : [id]) {
        for (const statement of Properties.PolicyDocument.Statement) found.push({ of, statement });
      }
    }
  }
  for (const [id, { Properties }] of Object.entries(resources(template, 'AWS::IAM::Role'))) {
    for (const policy of Properties.Policies ?? []) {
      for (const statement of policy.PolicyDocument.Statement) found.push({ of: id, statement });
    }
  }
  return found;
}

/** Function folder by the logical id of its role. */
export function functionsByRole(template: Template): Map<string, string> {
  return new Map(
    Object.values(resources(template, 'AWS::Lambda::Function')).map(({ Properties }) => [
      Properties.Role['Fn::GetAtt'][0],
      Properties.Description,
    ]),
  );
}

export function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
