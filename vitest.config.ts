import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { mailTemplatesForVite } from './infra/bundling/mail-templates.ts';

type TestOptions = NonNullable<TestProjectInlineConfiguration['test']>;

/** Of two that run at a time the long ones come first: else one of them would run alone in the end. */
const longest = ['kills.test.ts', 'rotation.test.ts', 'failures.test.ts'];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    const order = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return sorted.toSorted((a, b) => order(a) - order(b) || Number(isLong(b)) - Number(isLong(a)));
  }
}

/**
 * One project per kind of test; the folder says which. Groups run one after the other: two cores. Tests of the whole stage
 * wait more than they compute, and so do those in a browser: two of them run at a time; what has databases of its own runs
 * file by file.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      project('unit', { testTimeout: 30_000, maxWorkers: 2 }),
      project('workflow', { maxWorkers: 2 }),
      project('infra', { testTimeout: 120_000, maxWorkers: 2 }),
      project('architecture', { testTimeout: 120_000, maxWorkers: 2 }),
      project('integration', {
        testTimeout: 120_000,
        fileParallelism: false,
        exclude: ['test/integration/stack/**'],
        sequence: { groupOrder: 3 },
      }),
      project('stage', {
        include: ['test/integration/stack/**/*.test.ts'],
        testTimeout: 120_000,
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
      }),
      project('e2e', {
        testTimeout: 240_000,
        maxWorkers: 2,
        // Customers of one stage that mostly wait, all at the same time.
        maxConcurrency: 20,
        sequence: { groupOrder: 2 },
      }),
    ],
  },
});

function project(name: string, options: TestOptions = {}): TestProjectInlineConfiguration {
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
