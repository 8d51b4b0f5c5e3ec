import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
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
    const outdir = mkdtempSync(path.join(tmpdir(), 'assembly-open-'));
    const app = path.join(import.meta.dirname, 'apps/open-queue.ts');
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', app], {
      env: { ...process.env, CDK_OUTDIR: outdir },
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toContain('AwsSolutions-SQS4');
    expect(status).toBe(1);
    expect(readFileSync(path.join(outdir, 'validation-report.json'), 'utf8')).toContain('AwsSolutions-SQS3');
  });
});
