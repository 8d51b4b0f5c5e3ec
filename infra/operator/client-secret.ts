import {
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { secretNameOf } from '../secret-names.ts';
import { UsageError } from './commands.ts';
import type { SecretWork } from './secret-work.ts';

/** How long a first answer of Visma's is waited for; what is not decided then is a matter of minutes. */
const waitSeconds = 20;

const meanings: Readonly<Record<string, string>> = {
  AWSCURRENT: 'in use',
  AWSPREVIOUS: 'fallback',
  AWSPENDING: 'staged',
};

/**
 * Puts a new client secret beside the one in use, with the operator's own credentials, has the rotation look at it and
 * waits a moment for the outcome. The secret goes to Secrets Manager and nowhere else.
 */
export async function stageClientSecret(
  work: SecretWork,
  clientId: string | undefined,
  file: string | undefined,
): Promise<object> {
  if (clientId === undefined)
    throw new UsageError('Give --client-id: it stands above the secret in the portal.');
  const clientSecret = await work.readSecret(file, 'Client secret (not shown): ');
  const put = new PutSecretValueCommand({
    SecretId: secretNameOf(work.stage, 'visma-client'),
    SecretString: JSON.stringify({ clientId, clientSecret }),
    VersionStages: ['AWSPENDING'],
  });
  const { VersionId: staged } = await work.secrets.send(put);
  work.print(`Staged as version ${staged}. Visma is asked whether it accepts it …`);
  await work.sendCommand({ command: 'RotateClientSecret' });
  const outcome = await outcomeOf(work, staged);
  return { outcome, ...(await clientSecretLabels(work)) };
}

async function outcomeOf(work: SecretWork, staged: string | undefined): Promise<string> {
  for (let seconds = 0; seconds < waitSeconds; seconds += 1) {
    const labels = labelsOf(await versionsOf(work), staged);
    if (labels.includes('AWSCURRENT')) return 'accepted: it is in use, and the one before is its fallback';
    if (!labels.includes('AWSPENDING')) return 'refused, or replaced by another one that was staged after it';
    await work.pause(1);
  }
  return 'not accepted yet: the portal needs a minute or two, and it is tried again. show-client-secret tells';
}

/** Which version has which label, and since when there are they; never a value. */
export async function clientSecretLabels(work: SecretWork): Promise<object> {
  const describe = new DescribeSecretCommand({ SecretId: secretNameOf(work.stage, 'visma-client') });
  const { LastChangedDate: lastChange } = await work.secrets.send(describe);
  const versions = (await versionsOf(work)).flatMap(({ VersionId: version, VersionStages, CreatedDate }) =>
    (VersionStages ?? []).map((label) => ({
      is: meanings[label] ?? '',
      label,
      version,
      made: CreatedDate?.toISOString(),
    })),
  );
  return { lastChange: lastChange?.toISOString(), versions: versions.sort(byLabel) };
}

function byLabel(one: { readonly label: string }, other: { readonly label: string }): number {
  const order = Object.keys(meanings);
  return order.indexOf(one.label) - order.indexOf(other.label);
}

async function versionsOf(work: SecretWork) {
  const list = new ListSecretVersionIdsCommand({ SecretId: secretNameOf(work.stage, 'visma-client') });
  return (await work.secrets.send(list)).Versions ?? [];
}

function labelsOf(
  versions: Awaited<ReturnType<typeof versionsOf>>,
  versionId: string | undefined,
): readonly string[] {
  return versions.find(({ VersionId }) => VersionId === versionId)?.VersionStages ?? [];
}
