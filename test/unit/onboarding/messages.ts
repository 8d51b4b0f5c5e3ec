import { type DriveMessage, driveMessage } from '../../../functions/drive-onboarding/drive-onboarding.ts';
import { eventSource, toEventDetail } from '../../../shared/contracts/events/event.ts';
import type { HistoryEntry } from '../../../shared/domain/history/entry.ts';
import type { Run } from './machine.ts';

/** What the bus makes of a history entry, through JSON as on the wire. */
export function eventOf(entry: HistoryEntry): DriveMessage {
  const envelope = {
    id: entry.id,
    source: eventSource,
    'detail-type': entry.type,
    time: entry.at,
    detail: toEventDetail(entry),
  };
  return driveMessage.parse(JSON.parse(JSON.stringify(envelope)));
}

/** What the workflow service tells of an execution that ended. */
export function statusChangeOf({ name, connectionId, attempt, status }: Run, time: string): DriveMessage {
  return driveMessage.parse({
    id: `status-${name}`,
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    time,
    detail: {
      executionArn: `arn:aws:states:eu-west-1:000000000000:execution:onboarding:${name}`,
      name,
      status,
      input: JSON.stringify({ connectionId, attempt }),
    },
  });
}
