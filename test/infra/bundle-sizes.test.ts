import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundling/bundle-functions.ts';

describe('the bundle of the token broker', () => {
  it('has at most 450 KB: an export that finds no warm broker waits until it is read', async () => {
    const output = path.join(mkdtempSync(path.join(tmpdir(), 'bundles-')), 'build');
    const bundles = await bundleFunctions(undefined, output);
    const { size } = statSync(path.join(bundles.folderOf('token-broker'), 'index.mjs'));
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThanOrEqual(450 * 1024);
  });
});
