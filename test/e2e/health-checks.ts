import * as z from 'zod';
import type { LocalStage } from '../../infra/local/local-stage.ts';
import { sendCommand } from '../../infra/operator/client.ts';
import type { HealthMessage } from '../../shared/contracts/queues/health.ts';
import { eventually } from '../integration/cloud/poll.ts';

const shown = z.object({ history: z.array(z.object({ type: z.string() })) });

/** Three daily checks that fail, as the planner queues them: so many are a disconnection. */
export async function failsHealthChecks(
  { cloud, endpoints }: LocalStage,
  connectionId: string,
): Promise<void> {
  const name = [...cloud.queueDepths().keys()].find((queue) => /HealthQueue/.test(queue));
  const today = Math.floor(Date.now() / 60_000);
  for (const day of [1, 2, 3]) {
    const message: HealthMessage = { kind: 'check', connectionId, period: today + day };
    await cloud.service('sqs').call({
      service: 'sqs',
      action: 'SendMessage',
      input: {
        QueueUrl: `https://sqs.local/000000000000/${name}`,
        MessageBody: JSON.stringify(message),
      },
      principal: { arn: 'arn:aws:iam::000000000000:user/test', kind: 'user' },
      http: { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0) },
    });
    await eventually(
      async () => {
        const { history } = shown.parse(
          await sendCommand(endpoints, { command: 'ShowConnection', connectionId }),
        );
        return history.filter(({ type }) => type === 'HealthCheckFailed').length === day ? day : undefined;
      },
      `Failed on day ${day}`,
      60_000,
    );
  }
}
