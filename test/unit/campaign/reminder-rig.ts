import { runReminderMessage } from '../../../functions/send-reminders/run-reminder-message.ts';
import { type ReminderMessage, reminderMessage } from '../../../shared/contracts/queues/reminders.ts';
import { joinCampaign } from '../../../shared/domain/campaign/join-campaign.ts';
import { follow } from '../../../shared/domain/campaign/remind.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import type { HistoryEntry } from '../../../shared/domain/history/entry.ts';
import { aCampaign } from '../../builders/campaign.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { aCause } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';
import { Crash, intercepted } from '../onboarding/unreliable.ts';

interface Queued {
  readonly message: ReminderMessage;
  readonly at: number;
}

/** The reminders of one campaign, with a queue and a clock of the test's. */
export class ReminderRig {
  readonly store = createInMemoryStore();
  readonly queue: Queued[] = [];
  /** Delays in the order of sending. */
  readonly delays: { readonly kind: ReminderMessage['kind']; readonly seconds: number }[] = [];
  readonly lines: { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }[] = [];
  readonly pace: { remindersPerSecond: number; pageSize: number; unansweredMax: number };
  now: number;
  /** Kills at this call, counted before and after each call of a message's processing. */
  killAt: number | undefined;
  #calls = 0;

  constructor(
    start: string,
    pace: Partial<ReminderRig['pace']> = {},
    campaign: Parameters<typeof aCampaign>[0] = {},
  ) {
    this.now = Date.parse(start);
    this.pace = { remindersPerSecond: 4, pageSize: 5, unansweredMax: 3, ...pace };
    this.store.given({ campaigns: [aCampaign(campaign)] });
  }

  get at(): string {
    return new Date(this.now).toISOString();
  }

  get calls(): number {
    return this.#calls;
  }

  cause() {
    return aCause({ at: this.at, by: 'campaign' });
  }

  /** An environment that joins now. */
  async join(environmentId: string): Promise<void> {
    const environment = anEnvironment({ environmentId });
    this.store.given({ environments: [environment] });
    const campaign = await this.store.campaigns.find('visma-net');
    const before = await this.store.campaigns.findMembership(environmentId);
    if (campaign === undefined) throw new Error('There is no campaign.');
    const change = joinCampaign(before, environment, [], campaign, this.cause());
    if (change !== undefined) await this.store.campaigns.saveMembership(change);
  }

  /** What happens to an environment's company; whether its event has come yet is for `follow`. */
  connect(connection: Connection): void {
    this.store.given({ connections: [connection] });
  }

  async follow(environmentId: string): Promise<void> {
    const { campaigns, environments, connections } = this.store;
    const change = follow(
      {
        membership: await campaigns.findMembership(environmentId),
        campaign: await campaigns.find('visma-net'),
        environment: await environments.find(environmentId),
        connections: await connections.findByEnvironment(environmentId),
      },
      this.cause(),
    );
    if (change !== undefined) await campaigns.saveMembership(change);
  }

  /** The schedule fires. */
  fire(kind: 'run' | 'digest' = 'run'): void {
    this.queue.push({ message: { kind, at: this.at }, at: this.now });
  }

  /** Processes a message; one that was killed stays in the queue. */
  async process(queued: Queued): Promise<'done' | 'killed'> {
    this.#calls = 0;
    const around = async () => {
      this.#calls += 1;
      if (this.#calls === this.killAt) {
        this.killAt = undefined;
        throw new Crash();
      }
    };
    const { campaigns, environments, connections } = this.store;
    const send = async (message: ReminderMessage, seconds = 0) => {
      const delay = Math.min(900, Math.floor(seconds));
      this.delays.push({ kind: message.kind, seconds: delay });
      this.queue.push({ message: reminderMessage.parse(message), at: this.now + delay * 1_000 });
    };
    try {
      await runReminderMessage(
        {
          campaigns: intercepted(campaigns, around),
          environments: intercepted(environments, around),
          connections: intercepted(connections, around),
          queue: intercepted({ send }, around),
          pace: this.pace,
          clock: () => new Date(this.now),
          log: { info: (message, facts) => void this.lines.push({ message, facts }) },
        },
        queued.message,
      );
    } catch (error) {
      if (error instanceof Crash) return 'killed';
      throw error;
    }
    this.queue.splice(this.queue.indexOf(queued), 1);
    return 'done';
  }

  /** Until nothing is queued, the clock going from one message to the next. */
  async settle(): Promise<void> {
    for (let steps = 0; this.queue.length > 0; steps += 1) {
      if (steps > 10_000) throw new Error('The queue never ends.');
      const next = this.queue.reduce((first, one) => (one.at < first.at ? one : first));
      this.now = Math.max(this.now, next.at);
      await this.process(next);
    }
  }

  /** At nine in Dutch summer time. */
  async runOn(day: string): Promise<void> {
    this.now = Date.parse(`${day}T07:00:00.000Z`);
    this.fire();
    await this.settle();
  }

  entries(type?: string): readonly HistoryEntry[] {
    return this.store.entries().filter((entry) => (type ?? entry.type) === entry.type);
  }

  /** `<environment> <rung>` of every reminder. */
  reminders(): readonly string[] {
    return this.entries('ReminderDue').map(({ aggregateId, detail }) => `${aggregateId} ${detail.rung}`);
  }
}
