import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type EventDetail, eventDetail, eventSource } from '../../contracts/events/event.ts';
import { TransientError } from '../../platform/errors.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs } from '../parsing.ts';

interface OutgoingEvent {
  /** `detail-type` on the bus. */
  readonly type: string;
  readonly detail: EventDetail;
}

/** `index` of the event in the list that was to be published; `code` is EventBridge's. */
interface UnpublishedEvent {
  readonly index: number;
  readonly code: string;
}

export interface Bus {
  /**
   * Publishes in order and answers what the bus did not take. Once a call as a whole fails for a while, the events
   * behind it are not tried, so that order is kept. Throws what no repetition mends.
   */
  publish(events: readonly OutgoingEvent[]): Promise<readonly UnpublishedEvent[]>;
}

/** EventBridge's limit of one call. */
const batchSize = 10;

export function createBus(busName: string, client = new EventBridgeClient(clientSettings)): Bus {
  async function put(events: readonly OutgoingEvent[]): Promise<readonly (string | undefined)[]> {
    const command = new PutEventsCommand({
      Entries: events.map(({ type, detail }) => ({
        EventBusName: busName,
        Source: eventSource,
        DetailType: type,
        Time: new Date(detail.at),
        Detail: JSON.stringify(parseAs(eventDetail, detail, 'An event')),
      })),
    });
    const answer = await call('The bus', () => client.send(command));
    return events.map((_, index) => answer.Entries?.[index]?.ErrorCode);
  }

  return {
    publish: async (events) => {
      const unpublished: UnpublishedEvent[] = [];
      for (let start = 0; start < events.length; start += batchSize) {
        try {
          const codes = await put(events.slice(start, start + batchSize));
          codes.forEach((code, index) => {
            if (code !== undefined) unpublished.push({ index: start + index, code });
          });
        } catch (error) {
          if (!(error instanceof TransientError)) throw error;
          const rest = events.slice(start).map((_, index) => ({ index: start + index, code: error.name }));
          return [...unpublished, ...rest];
        }
      }
      return unpublished;
    },
  };
}
