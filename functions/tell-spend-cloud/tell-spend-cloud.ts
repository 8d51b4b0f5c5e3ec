import type { BusEvent, spendCloudEvents } from '../../shared/contracts/events/event.ts';
import { PermanentError } from '../../shared/platform/errors.ts';
import { tellOfConnection } from './tell-of-connection.ts';
import { tellOfReminder } from './tell-of-reminder.ts';

type Dependencies = Parameters<typeof tellOfConnection>[1] & Parameters<typeof tellOfReminder>[1];
type Outcome = Awaited<ReturnType<typeof tellOfConnection>> | Awaited<ReturnType<typeof tellOfReminder>>;

/** Who tells of which event. A new kind is a file beside these and a line here. */
const tellers: Readonly<
  Record<(typeof spendCloudEvents)[number], (event: BusEvent, dependencies: Dependencies) => Promise<Outcome>>
> = {
  ConnectionActivated: tellOfConnection,
  ConnectionDeactivated: tellOfConnection,
  ReminderDue: tellOfReminder,
  ReminderCleared: tellOfReminder,
};
const known = new Map(Object.entries(tellers));

/** Posts what Spend Cloud is to know of an event, by a signed webhook. */
export function tellSpendCloud(event: BusEvent, dependencies: Dependencies): Promise<Outcome> {
  const tell = known.get(event['detail-type']);
  if (tell === undefined) throw new PermanentError(`Spend Cloud is not told of ${event['detail-type']}.`);
  return tell(event, dependencies);
}
