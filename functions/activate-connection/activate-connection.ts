import { askForMapping } from '../../shared/domain/connection/asking.ts';
import type {
  AccessTestFailure,
  Connection,
  ConnectionChange,
} from '../../shared/domain/connection/connection.ts';
import { judgeCompany } from '../../shared/domain/connection/judge-company.ts';
import type { Step } from '../../shared/domain/connection/next-step.ts';
import { activate, failAccessTest, reportMissingMapping } from '../../shared/domain/connection/onboarding.ts';
import type { OnboardingPolicy } from '../../shared/domain/connection/policy.ts';
import { Refusal } from '../../shared/domain/connection/repository.ts';
import {
  type Execution,
  saveStep,
  type TaskWorld,
  takeStep,
} from '../../shared/domain/connection/take-step.ts';
import { type Environment, isMappingComplete } from '../../shared/domain/environment/environment.ts';
import { mapToSoleConnection } from '../../shared/domain/environment/mapping.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Cause } from '../../shared/domain/history/entry.ts';
import type { TenantRepository } from '../../shared/domain/tenant/repository.ts';

export interface Activator extends TaskWorld {
  readonly environments: EnvironmentRepository;
  readonly tenants: TenantRepository;
  readonly policy: OnboardingPolicy;
}

/** Claims the tenant and activates in one transaction, once every administration is mapped. */
export function activateConnection(activator: Activator, execution: Execution): Promise<Step> {
  return takeStep(activator, execution, 'activate-connection', async (connection, cause): Promise<Step> => {
    const { connections, policy } = activator;
    const fail = (failure: AccessTestFailure) =>
      saveStep(
        connections,
        failAccessTest(connection, failure, connection.organisations ?? [], policy, cause),
      );
    const { environment, corporateId, outcome } = await judgeCompany(
      activator,
      connection,
      connection.tenantId ?? '',
      connection.organisations ?? [],
    );
    if (outcome !== 'granted') return fail(outcome);
    const mapping = mapToSoleConnection(environment, connection.connectionId, cause);
    if (!isMappingComplete(mapping?.after ?? environment, connection.connectionId)) {
      return askForAdministrations(activator, connection, cause);
    }
    try {
      const change = activate(connection, corporateId, cause);
      // A mapping is written on the condition that the environment is the one that was judged by; else it is required.
      return mapping === undefined
        ? await saveStep(connections, requiring(change, environment))
        : await saveStep(connections, change, mapping);
    } catch (error) {
      const failure = error instanceof Refusal ? failureOf(error) : undefined;
      if (failure === undefined) throw error;
      return fail(failure);
    }
  });
}

function requiring(change: ConnectionChange, { environmentId, version }: Environment): ConnectionChange {
  return { ...change, effects: [...change.effects, { kind: 'require-environment', environmentId, version }] };
}

/** What the transaction refused that the access test had granted: the world has changed in between. */
function failureOf({ reason }: Refusal): AccessTestFailure | undefined {
  if (reason === 'tenant-claimed') return 'tenant-claimed';
  return reason === 'identity-not-sole' ? 'identity-unclear' : undefined;
}

async function askForAdministrations(
  { connections, policy }: Activator,
  connection: Connection,
  cause: Cause,
): Promise<Step> {
  const history = await connections.history(connection.connectionId, 0);
  const { ask, waitSeconds } = askForMapping(history, policy, cause.at);
  if (ask) await connections.save(reportMissingMapping(connection, cause));
  return { next: 'wait-for-mapping', waitSeconds };
}
