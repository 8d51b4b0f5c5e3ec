import {
  InvalidParameterException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { call } from '../aws/failures.ts';

/**
 * Moves a label from one version of a secret to another, or takes it away. `undefined`: done; else what Secrets Manager
 * says where the label is not on `from` (any more), so that of two at the same time one loses.
 */
export async function moveLabel(
  client: SecretsManagerClient,
  { secretId, label, from, to }: { secretId: string; label: string; from: string; to?: string | undefined },
): Promise<InvalidParameterException | undefined> {
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secretId,
    VersionStage: label,
    RemoveFromVersionId: from,
    MoveToVersionId: to,
  });
  try {
    await call('Secrets Manager', () => client.send(command));
    return undefined;
  } catch (error) {
    if (error instanceof InvalidParameterException) return error;
    throw error;
  }
}
