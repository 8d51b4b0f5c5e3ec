import * as z from 'zod';
import { attentionReasons } from '../../domain/connection/connection.ts';
import { waits } from '../../domain/connection/next-step.ts';

/** Input of the `onboarding` state machine and of every task in it. Additions only: executions live for months. */
export const onboardingInput = z.object({
  connectionId: z.string().min(1),
  attempt: z.number().int().min(1),
});
export type OnboardingInput = z.infer<typeof onboardingInput>;

/** What every task answers: the step that the stored state asks for. Ids and words only. */
export const stepAnswer = z.discriminatedUnion('next', [
  z.object({ next: z.enum(['issue-invitation-code', 'test-access', 'activate-connection', 'end']) }),
  z.object({ next: z.enum(waits), waitSeconds: z.number().int().min(1) }),
]);
export type StepAnswer = z.infer<typeof stepAnswer>;

/** `wait-for-fact`: stores the task token and looks once. It answers nothing; the token does. */
export const waitInput = onboardingInput.extend({
  wait: z.enum(waits),
  taskToken: z.string().min(1),
});
export type WaitInput = z.infer<typeof waitInput>;

/** `flag-for-attention`: after a wait or a step that ended badly. */
export const flagInput = onboardingInput.extend({
  reason: z.enum(attentionReasons),
  /** Name of the error that was caught. */
  error: z.string().optional(),
});
export type FlagInput = z.infer<typeof flagInput>;

/** `test-access` is a task of the workflow and, for whoever may not read the client secret, a reader of one tenant. */
export const testAccessInput = z.union([onboardingInput, z.object({ readTenant: z.string().min(1) })]);

const organisation = z.object({
  organizationCd: z.string(),
  name: z.string(),
  corporateId: z.exactOptional(z.string()),
});

const rateLimit = z.object({ limit: z.number(), remaining: z.number(), resetSeconds: z.number() });

/** What `test-access` reads for `{readTenant}`; only ever passed between functions, never into an execution. */
const tenantReading = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('read'),
    organisations: z.array(organisation).readonly(),
    rateLimit: z.exactOptional(rateLimit),
  }),
  z.object({
    outcome: z.enum([
      'not-integrated',
      'wrong-organisation',
      'no-licence',
      'missing-scopes',
      'client-rejected',
    ]),
  }),
]);

/**
 * What it answers to `{readTenant}`. An outage is answered, not thrown: of an error the caller would learn the name alone,
 * and not for how long Visma wants to be left in peace.
 */
export const tenantReadingAnswer = z.union([
  tenantReading,
  z.object({
    outcome: z.literal('unavailable'),
    retryAfterSeconds: z.exactOptional(z.number().int().min(1)),
  }),
]);
export type TenantReadingAnswer = z.infer<typeof tenantReadingAnswer>;
