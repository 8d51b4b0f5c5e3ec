import type { Stage } from './config.ts';

/** What comes after `visma-onboarding/<stage>/` in the names of the secrets. */
export const signingSecrets = [
  'generic-tickets',
  'visma-webhook',
  'spend-cloud-webhook',
  'ticket-bridge',
] as const;
export type SigningSecretName = (typeof signingSecrets)[number];

/** The name is the id by which functions and operators ask for a secret. */
export function secretNameOf(
  stage: Stage,
  name: 'visma-client' | 'connect-link-key' | 'zoho-desk' | SigningSecretName,
): string {
  return `visma-onboarding/${stage}/${name}`;
}
