import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

describe('the runtime', () => {
  it('is the version that the Lambda functions run on', () => {
    expect(process.version).toMatch(/^v24\./);
  });

  it('has exact versions and a lock without addresses', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8'));
    const versions = Object.values({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    });
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
    expect(await readFile('package-lock.json', 'utf8')).not.toContain('"resolved": "http');
  });
});
