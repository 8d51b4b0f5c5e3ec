import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { driveMessage } from '../../../functions/drive-onboarding/drive-onboarding.ts';
import { healthMessage } from '../../../shared/contracts/queues/health.ts';
import {
  flagInput,
  onboardingInput,
  stepAnswer,
  tenantReadingAnswer,
  testAccessInput,
  waitInput,
} from '../../../shared/contracts/workflow/onboarding.ts';

const contracts = {
  driveMessage,
  flagInput,
  healthMessage,
  onboardingInput,
  stepAnswer,
  tenantReadingAnswer,
  testAccessInput,
  waitInput,
};
const kept = z.object({
  contract: z.enum([
    'driveMessage',
    'flagInput',
    'healthMessage',
    'onboardingInput',
    'stepAnswer',
    'tenantReadingAnswer',
    'testAccessInput',
    'waitInput',
  ]),
  /** The release that first sent it. */
  since: z.string(),
  payload: z.record(z.string(), z.unknown()),
});

const folder = new URL('./payloads/', import.meta.url);

/** Executions live for months: what a former release put into one must still be understood. Files are added, never changed. */
describe('payloads of former releases', () => {
  it.each(readdirSync(folder))('%s is still understood', (file) => {
    const { contract, payload } = kept.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    const parsed: unknown = contracts[contract].parse(payload);
    const known = Object.keys(parsed as object);
    expect(known.length).toBeGreaterThan(0);
    expect(payload).toMatchObject(parsed as object);
  });

  it('are kept for every contract', () => {
    const used = readdirSync(folder).map(
      (file) => kept.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))).contract,
    );
    expect(new Set(used)).toEqual(new Set(Object.keys(contracts)));
  });
});
