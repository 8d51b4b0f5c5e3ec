import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, it } from 'vitest';

describe('layers', () => {
  it('follow the rules of .dependency-cruiser.mjs', async () => {
    const rules = await extractDepcruiseConfig('./.dependency-cruiser.mjs');
    const { output } = await cruise(
      ['infra', 'functions', 'shared', 'test'],
      { ruleSet: rules, ...rules.options, validate: true },
      undefined,
      { tsConfig: extractTSConfig('./tsconfig.json') },
    );
    const { summary } = output as ICruiseResult;
    // With a TypeScript that it cannot use, dependency-cruiser sees no module and finds no fault.
    expect(summary.totalCruised).toBeGreaterThan(50);
    expect(summary.totalDependenciesCruised).toBeGreaterThan(50);
    expect(
      summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`),
    ).toEqual([]);
  });
});
