import * as z from 'zod';

/** What the product shows its users of an environment until it is taken away. */
export interface ShownReminder {
  readonly environmentId: string;
  readonly step: string;
  readonly daysLeft: number;
  readonly deadline: string;
  readonly link: string;
}

const message = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('reminder.due'),
    timestamp: z.string(),
    data: z.object({
      environmentId: z.string(),
      step: z.string(),
      daysLeft: z.int(),
      deadline: z.string(),
      link: z.url(),
    }),
  }),
  z.object({
    type: z.literal('reminder.cleared'),
    timestamp: z.string(),
    data: z.object({ environmentId: z.string() }),
  }),
]);

/** Messages may come in any order: of each environment the latest by its own time counts. */
export function shownReminders(bodies: readonly unknown[]): readonly ShownReminder[] {
  const latest = new Map<string, z.infer<typeof message>>();
  for (const body of bodies) {
    const parsed = message.safeParse(body);
    if (!parsed.success) continue;
    const { environmentId } = parsed.data.data;
    const known = latest.get(environmentId);
    if (known === undefined || known.timestamp <= parsed.data.timestamp) {
      latest.set(environmentId, parsed.data);
    }
  }
  return [...latest.values()].flatMap((one) => (one.type === 'reminder.due' ? [one.data] : []));
}

const steps: Readonly<Record<string, string>> = {
  'nothing-asked': 'Ask for your invitation code.',
  'code-expired': 'Ask for a new invitation code.',
  'code-issued': 'Use your invitation code in the Visma App Store.',
  'tenant-id-missing': 'Send the Tenant ID.',
  'test-failed': 'One more thing is needed.',
  'mapping-missing': 'Choose your administrations.',
  disconnected: 'Restore the connection.',
};

/** As users of each environment see it above their work. */
export function Reminders({ reminders }: { reminders: readonly ShownReminder[] }) {
  if (reminders.length === 0) return null;
  return (
    <section aria-labelledby="in-the-product">
      <h2 id="in-the-product">Inside the product</h2>
      {reminders.map(({ environmentId, step, daysLeft, deadline, link }) => (
        <article class="card" data-reminder={environmentId}>
          <h3>{environmentId}</h3>
          <p>
            Connect Visma.net anew by {deadline}
            {daysLeft < 0 ? '; that day has passed' : ` (${daysLeft} days)`}. {steps[step] ?? step}
          </p>
          <p>
            <a href={link}>Open the connection page</a>
          </p>
        </article>
      ))}
    </section>
  );
}
