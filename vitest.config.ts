import { defineConfig } from 'vitest/config';
import { mailTemplatesForVite } from './infra/bundling/mail-templates.ts';

/** One project per kind of test; the folder says which. Browser and whole-stack projects run their files one by one: two cores. */
export default defineConfig({
  test: {
    projects: [
      project('unit'),
      project('workflow'),
      project('infra', { testTimeout: 120_000 }),
      project('architecture', { testTimeout: 120_000 }),
      project('integration', { testTimeout: 120_000, fileParallelism: false }),
      project('e2e', { testTimeout: 240_000, fileParallelism: false }),
    ],
  },
});

function project(name: string, options: { testTimeout?: number; fileParallelism?: boolean } = {}) {
  return {
    plugins: [mailTemplatesForVite()],
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      expect: { requireAssertions: true },
      hookTimeout: 120_000,
      ...options,
    },
  };
}
