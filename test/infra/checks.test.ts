import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, type IApplyRule } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
import { createApp } from '../../infra/stacks/onboarding-app.ts';
import { synthesised } from './synthesised.ts';

/** Collects what the rules find before acknowledgements are looked at. */
class Findings extends AwsSolutionsChecks {
  readonly found: { id: string; node: IConstruct }[] = [];

  protected override applyRule(params: IApplyRule): void {
    const result: unknown = params.rule(params.node);
    const id = `${this.packName}-${params.ruleSuffixOverride ?? params.rule.name}`;
    if (result === 'Non-Compliant') this.found.push({ id, node: params.node });
    if (Array.isArray(result)) {
      for (const finding of result) this.found.push({ id: `${id}[${finding}]`, node: params.node });
    }
  }
}

function acknowledgements(root: IConstruct): { id: string; reason: string; node: IConstruct }[] {
  return root.node.findAll().flatMap((node) =>
    node.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, string>).map(([id, reason]) => ({
          id: id.replace(/^annotation::/i, ''),
          reason,
          node,
        })),
      ),
  );
}

describe.each([...stages])('AwsSolutions, stage %s', (stage) => {
  const { app } = synthesised(stage);
  const findings = new Findings(app);
  findings.validateScope(app);

  it('finds nothing that is not acknowledged', () => {
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
    expect(findings.found.length).toBeGreaterThan(20);
  });

  it('has no acknowledgement that nothing needs, and none without a reason', () => {
    const made = acknowledgements(app);
    const unused = made.filter(
      ({ id, node }) =>
        !findings.found.some((finding) => finding.id === id && finding.node.node.scopes.includes(node)),
    );
    expect(unused.map(({ id, node }) => `${node.node.path} ${id}`)).toEqual([]);
    for (const { reason } of made) expect(reason.length).toBeGreaterThan(30);
  });

  it('acknowledges next to what it is about, never for a whole stack', () => {
    for (const { node } of acknowledgements(app)) expect(node.node.scopes.length).toBeGreaterThan(3);
    expect(acknowledgements(app).length).toBeGreaterThan(20);
  });
});

describe('a violation', () => {
  it('stops the synthesis', () => {
    const app = createApp({ outdir: mkdtempSync(path.join(tmpdir(), 'assembly-open-')) });
    // Takes plain HTTP and has no dead letters.
    new Queue(new Stack(app, 'Open'), 'Queue');
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS3[\s\S]*AwsSolutions-SQS4/);
  });

  it('is not excused by an acknowledgement that is not exact', () => {
    const app = createApp({ outdir: mkdtempSync(path.join(tmpdir(), 'assembly-inexact-')) });
    const role = new Role(new Stack(app, 'Wide'), 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['*'] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5',
      reason: 'without the finding it says nothing',
    });
    expect(() => app.synth()).toThrow(/AwsSolutions-IAM5\[Resource::\*\]/);
  });
});
