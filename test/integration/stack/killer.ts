import * as z from 'zod';
import { noChaos } from '../../../infra/local/cloud/chaos.ts';
import type { Chaos, FunctionCall } from '../../../infra/local/cloud/service.ts';
import { functionPath } from './stage.ts';

type When = 'before' | 'after';
const whens: readonly When[] = ['before', 'after'];

/** One call that a function makes for one kind of work: the n-th of its action in the invocation. */
type Point = string;

export interface Kill {
  readonly point: Point;
  readonly when: When;
  readonly functionName: string;
  readonly action: string;
  readonly event: string;
}

/** A piece of work is spared after so many kills: it is repeated, and every repetition has an end. */
const killsPerWork = 2;
/**
 * From the second wave on, when what is still wanted comes by rarely. The rotation's queue bears the fewest tries (5) of
 * all queues, and a task of the workflow is repeated nine times; who sends over HTTP gives up after three tries.
 */
const killsPerRareWork = 3;
/** Calls that nobody made in so many whole waves came about by a race, however often they were watched. */
const wavesOfSilence = 3;

/**
 * Watches an undisturbed run for the calls that each function makes, and then kills at each of them, before it takes
 * effect and after, as soon as an invocation comes by that makes it. A call is recognised by its kind of work and its
 * place in the invocation, so that the runs may overlap. Messages come one at a time: a batch of several would make its
 * calls in any order.
 */
export class Killer {
  readonly kills: Kill[] = [];
  /** `before <point>` and `after <point>`: the journey on which it was first seen, and in how many invocations. */
  readonly #wanted = new Map<string, { readonly journey: string; readonly times: number }>();
  /** Points that were passed alive while there was a kill left for them. */
  readonly #passed = new Set<Point>();
  /** The wave in which a point last came by; 0 while watching. */
  readonly #lastSeen = new Map<Point, number>();
  #wave = 0;
  #journey = '';
  readonly #invocations = new Map<string, { readonly counts: Map<string, number>; killed: boolean }>();
  readonly #works = new Map<string, number>();
  #mode: 'watching' | 'killing' | 'resting' = 'resting';

  readonly chaos: Chaos = {
    ...noChaos,
    largestBatch: 1,
    kill: (name, _number, call) => this.#onCall(name, call),
  };

  watch(journey: string): void {
    this.#mode = 'watching';
    this.#journey = journey;
  }

  /** Begins a wave. */
  arm(): void {
    this.#mode = 'killing';
    this.#wave += 1;
  }

  rest(): void {
    this.#mode = 'resting';
  }

  /** Calls seen while watching. */
  get points(): readonly Point[] {
    return [...new Set([...this.#wanted.keys()].map(pointOf))].sort();
  }

  /**
   * What was watched, on one journey or on all, and not killed yet. A call that came about by a race of two functions,
   * once only and never since, or not in the last waves, is not waited for: see `missed`.
   */
  outstanding(journey?: string): readonly string[] {
    return this.#left().filter((wanted) => {
      const point = pointOf(wanted);
      const { journey: seenOn, times } = this.#wanted.get(wanted) ?? { journey: '', times: 0 };
      if ((journey ?? seenOn) !== seenOn || (times === 1 && !this.#passed.has(point))) return false;
      return this.#wave - (this.#lastSeen.get(point) ?? 0) < wavesOfSilence;
    });
  }

  /** Calls of a race that did not come about again. */
  get missed(): readonly string[] {
    const outstanding = this.outstanding();
    return this.#left().filter((wanted) => !outstanding.includes(wanted));
  }

  #left(): readonly string[] {
    const done = new Set(this.kills.map(({ point, when }) => `${when} ${point}`));
    return [...this.#wanted.keys()].filter((wanted) => !done.has(wanted)).sort();
  }

  #onCall(functionName: string, call: FunctionCall): 'no' | When {
    const name = functionPath(functionName);
    const kind = sameForAllEvents.has(name) ? 'event' : kindOf(call.event);
    if (this.#mode === 'resting' || kind === undefined) return 'no';
    const invocation = this.#invocations.get(call.invocation) ?? { counts: new Map(), killed: false };
    this.#invocations.set(call.invocation, invocation);
    const count = (invocation.counts.get(call.action) ?? 0) + 1;
    invocation.counts.set(call.action, count);
    const point = `${name} ${kind} ${call.action} #${count}`;
    if (this.#mode === 'watching') {
      for (const wanted of whens.map((when) => `${when} ${point}`)) {
        const { journey, times } = this.#wanted.get(wanted) ?? { journey: this.#journey, times: 0 };
        this.#wanted.set(wanted, { journey, times: times + 1 });
      }
      return 'no';
    }
    this.#lastSeen.set(point, this.#wave);
    const when = whens.find((one) => this.#left().includes(`${one} ${point}`));
    if (when === undefined || invocation.killed) return 'no';
    const work = `${name} ${workOf(call.event)}`;
    const bearable = this.#wave > 1 && !isHttp(call.event) ? killsPerRareWork : killsPerWork;
    if ((this.#works.get(work) ?? 0) >= bearable) {
      this.#passed.add(point);
      return 'no';
    }
    invocation.killed = true;
    this.#works.set(work, (this.#works.get(work) ?? 0) + 1);
    this.kills.push({ point, when, functionName: name, action: call.action, event: call.event });
    return when;
  }
}

/** They do the same for each event; only the words differ. */
const sameForAllEvents = new Set(['MailSendMail', 'AnswersAnswerTicket', 'CampaignFollowCampaign']);

function isHttp(event: string): boolean {
  return event !== '' && httpEvent.safeParse(JSON.parse(event)).success;
}

function pointOf(wanted: string): Point {
  return wanted.slice(wanted.indexOf(' ') + 1);
}

const queueEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });
const streamEvent = z.object({ Records: z.array(z.object({ eventID: z.string() })).min(1) });
const httpEvent = z.object({
  rawPath: z.string(),
  routeKey: z.string(),
  body: z.string().default(''),
});
const page = /^(GET|POST) \/connect\//;
const task = z.object({ connectionId: z.string(), wait: z.string().optional() });
const command = z.object({ command: z.string() });
const work = z.object({ 'detail-type': z.string().optional(), kind: z.string().optional() }).loose();

/** What sort of work an invocation is; `undefined` for what is left alone, as listings are. */
function kindOf(event: string): string | undefined {
  const value: unknown = event === '' ? undefined : JSON.parse(event);
  const queue = queueEvent.safeParse(value);
  if (queue.success) {
    const [first, ...others] = queue.data.Records;
    if (first === undefined || others.length > 0) return undefined;
    const body = work.parse(JSON.parse(first.body));
    return body['detail-type']?.replaceAll(' ', '') ?? ticketKind(body) ?? 'message';
  }
  if (streamEvent.safeParse(value).success) return 'entries';
  const http = httpEvent.safeParse(value);
  if (http.success) {
    const { rawPath, routeKey, body } = http.data;
    // The last part of a form's path is what it asks for.
    if (page.test(routeKey)) return routeKey.startsWith('GET') ? 'page' : rawPath.split('/').at(-1);
    // Zoho's probe of an address has no body.
    const { command: name } = command.safeParse(JSON.parse(body || '{}')).data ?? {};
    return name?.startsWith('Show') || name?.startsWith('List') ? undefined : (name ?? 'delivery');
  }
  const input = task.safeParse(value);
  if (input.success) return input.data.wait ?? 'task';
  return 'readTenant';
}

function ticketKind(body: z.infer<typeof work>): string | undefined {
  const { message } = z.object({ message: z.object({ kind: z.string() }).optional() }).parse(body);
  return message === undefined ? body.kind : `ticket-${message.kind}`;
}

/** Recognises a repetition of the same work. */
function workOf(event: string): string {
  const value: unknown = JSON.parse(event);
  const queue = queueEvent.safeParse(value);
  if (queue.success) return queue.data.Records.map(({ messageId }) => messageId).join();
  const stream = streamEvent.safeParse(value);
  if (stream.success) return stream.data.Records[0]?.eventID ?? '';
  const http = httpEvent.safeParse(value);
  // A page's request without a body is repeated by whoever wants to see the page.
  if (http.success) return http.data.body || http.data.rawPath;
  const { connectionId, wait = '' } = task.safeParse(value).data ?? { connectionId: event };
  return `${connectionId} ${wait}`;
}
