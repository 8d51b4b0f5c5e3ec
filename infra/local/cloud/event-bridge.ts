import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { readInput } from './api-input.ts';
import { type Clock, systemClock } from './clock.ts';
import { Deliveries } from './event-bridge-delivery.ts';
import { checkSize, putEventsInput, readEntry } from './event-bridge-entry.ts';
import { createTarget, type Target, targetProperties } from './event-bridge-target.ts';
import { compileEventPattern, type EventPattern } from './event-pattern.ts';
import { readProperties } from './properties.ts';
import {
  type ApiCall,
  AwsError,
  type BusEvent,
  type Cloud,
  type CloudService,
  type Identity,
  type Permission,
  type Resource,
  UnsupportedTemplate,
} from './service.ts';

const busProperties = z.strictObject({
  Name: z.string().regex(/^[A-Za-z0-9._-]{1,256}$/),
  Description: z.string().optional(),
  KmsKeyIdentifier: z.string().optional(),
  LogConfig: z.unknown().optional(),
  Tags: z.unknown().optional(),
});
const ruleProperties = z.strictObject({
  Name: z
    .string()
    .regex(/^[.\-_A-Za-z0-9]{1,64}$/)
    .optional(),
  Description: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: z.unknown(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(targetProperties).max(5).default([]),
  Tags: z.unknown().optional(),
});
/** Run in name only: nothing is archived, and nothing can be replayed. */
const archiveProperties = z.strictObject({
  ArchiveName: z.string().optional(),
  SourceArn: z.string(),
  Description: z.string().optional(),
  EventPattern: z.unknown().optional(),
  RetentionDays: z.int().min(0).optional(),
  KmsKeyIdentifier: z.string().optional(),
});

interface Rule {
  readonly arn: string;
  readonly matches: EventPattern;
  readonly targets: readonly Target[];
}

export interface EventBridgeService extends CloudService {
  /** Puts an AWS service's event on the default bus (`Cloud.emit`). */
  emit(source: string, detailType: string, detail: unknown, resources?: readonly string[]): void;
  /** Deliveries that wait or run: 0 when the buses are quiet. */
  pendingDeliveries(): number;
}

/** Amazon EventBridge: buses, and rules that bring events to queues. */
export function createEventBridge(cloud: Cloud, clock: Clock = systemClock): EventBridgeService {
  const arn = (kind: string, name: string) =>
    `arn:aws:events:${cloud.region}:${cloud.accountId}:${kind}/${name}`;
  /** By name; the default bus is always there. */
  const buses = new Map<string, Rule[]>([['default', []]]);
  const deliveries = new Deliveries(cloud, clock);
  const nameOf = (bus: string) => bus.split('/').at(-1) ?? bus;

  function put(busName: string, event: BusEvent): void {
    for (const rule of buses.get(busName) ?? []) {
      if (!rule.matches(event)) continue;
      for (const target of rule.targets) deliveries.enqueue(target, rule.arn, event);
    }
  }

  function envelope(
    source: string,
    detailType: string,
    detail: unknown,
    resources: readonly string[],
    time: number,
  ): BusEvent {
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: cloud.accountId,
      // EventBridge's times have whole seconds.
      time: `${new Date(time).toISOString().slice(0, 19)}Z`,
      region: cloud.region,
      resources,
      detail,
    };
  }

  function createRule(resource: Resource): Identity {
    const properties = readProperties(resource, ruleProperties);
    const path = `${resource.path}.Properties`;
    const bus = nameOf(properties.EventBusName);
    const rules = buses.get(bus);
    if (rules === undefined) throw new UnsupportedTemplate(`${path}.EventBusName`, `there is no bus ${bus}`);
    const name = properties.Name ?? resource.path.replace(/[^.\-_A-Za-z0-9]/g, '-').slice(-64);
    const ruleArn = arn('rule', bus === 'default' ? name : `${bus}/${name}`);
    const rule: Rule = {
      arn: ruleArn,
      matches: compileEventPattern(properties.EventPattern, `${path}.EventPattern`),
      targets: properties.Targets.map((target, index) =>
        createTarget(target, ruleArn, cloud, `${path}.Targets[${index}]`),
      ),
    };
    if (properties.State === 'ENABLED') rules.push(rule);
    return { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: ruleArn, RuleName: name } };
  }

  function create(resource: Resource): Identity {
    switch (resource.type) {
      case 'AWS::Events::EventBus': {
        const { Name: name } = readProperties(resource, busProperties);
        if (buses.has(name)) throw new UnsupportedTemplate(resource.path, `a second bus named ${name}`);
        buses.set(name, []);
        return { ref: name, attributes: { Arn: arn('event-bus', name), Name: name } };
      }
      case 'AWS::Events::Rule':
        return createRule(resource);
      default: {
        const properties = readProperties(resource, archiveProperties);
        if (properties.EventPattern !== undefined) {
          compileEventPattern(properties.EventPattern, `${resource.path}.Properties.EventPattern`);
        }
        const name = properties.ArchiveName ?? resource.logicalId;
        return { ref: name, attributes: { Arn: arn('archive', name) } };
      }
    }
  }

  function permissions(call: ApiCall): readonly Permission[] {
    if (call.action !== 'PutEvents') return [{ action: `events:${call.action}`, resource: '*' }];
    const { Entries } = readInput(call, putEventsInput);
    return Entries.map((entry) => ({
      action: 'events:PutEvents',
      resource: arn('event-bus', nameOf(entry.EventBusName ?? 'default')),
      context: {
        ...(entry.Source !== undefined && { 'events:source': entry.Source }),
        ...(entry.DetailType !== undefined && { 'events:detail-type': entry.DetailType }),
      },
    }));
  }

  async function call(call: ApiCall) {
    if (call.action !== 'PutEvents') {
      throw new AwsError(
        'UnknownOperationException',
        `The local cloud does not offer events:${call.action}.`,
      );
    }
    const { Entries } = readInput(call, putEventsInput);
    checkSize(Entries);
    const entries = Entries.map(readEntry);
    if (entries.every((entry) => entry.kind === 'incomplete')) {
      throw new AwsError('ValidationException', 'No entry has all of Source, DetailType and Detail.');
    }
    const results = entries.map((entry) => {
      if (entry.kind !== 'event') return { ErrorCode: entry.code, ErrorMessage: entry.message };
      const bus = nameOf(entry.bus);
      if (!buses.has(bus))
        return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
      const event = envelope(
        entry.source,
        entry.detailType,
        entry.detail,
        entry.resources,
        entry.time ?? clock.now(),
      );
      put(bus, event);
      return { EventId: event.id };
    });
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    return { body: { FailedEntryCount, Entries: results } };
  }

  return {
    name: 'events',
    types: ['AWS::Events::EventBus', 'AWS::Events::Rule', 'AWS::Events::Archive'],
    create,
    permissions,
    call,
    async stop() {
      deliveries.stop();
    },
    emit: (source, detailType, detail, resources = []) =>
      put('default', envelope(source, detailType, detail, resources, clock.now())),
    pendingDeliveries: () => deliveries.pending,
  };
}
