import * as z from 'zod';
import { readProperties } from './properties.ts';
import { type Resource, UnsupportedTemplate } from './service.ts';
import type { EventType } from './ses-events.ts';

/** DKIM, MAIL FROM and feedback concern the outside world: accepted without effect. */
const identityProperties = z.strictObject({
  EmailIdentity: z.string().min(1),
  ConfigurationSetAttributes: z.strictObject({ ConfigurationSetName: z.string().optional() }).optional(),
  DkimAttributes: z.unknown().optional(),
  DkimSigningAttributes: z.unknown().optional(),
  FeedbackAttributes: z.unknown().optional(),
  MailFromAttributes: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

const configurationSetProperties = z.strictObject({
  Name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
  SendingOptions: z.strictObject({ SendingEnabled: z.boolean().optional() }).optional(),
  // TLS towards the recipient, reputation metrics, suppression lists and insights have no meaning without a recipient.
  DeliveryOptions: z.unknown().optional(),
  ReputationOptions: z.unknown().optional(),
  SuppressionOptions: z.unknown().optional(),
  VdmOptions: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

const eventTypes = [
  ...['send', 'reject', 'bounce', 'complaint', 'delivery', 'open', 'click'],
  ...['renderingFailure', 'deliveryDelay', 'subscription'],
];
const destinationProperties = z.strictObject({
  ConfigurationSetName: z.string(),
  EventDestination: z.strictObject({
    Name: z.string().optional(),
    Enabled: z.boolean().default(false),
    MatchingEventTypes: z.array(z.enum(eventTypes)).min(1),
    EventBridgeDestination: z.strictObject({ EventBusArn: z.string() }),
  }),
});

export function readIdentity(resource: Resource): {
  readonly identity: string;
  readonly configurationSet: string | undefined;
} {
  const properties = readProperties(resource, identityProperties);
  return {
    identity: properties.EmailIdentity,
    configurationSet: properties.ConfigurationSetAttributes?.ConfigurationSetName,
  };
}

export function readConfigurationSet(resource: Resource): {
  readonly name: string;
  readonly sendingEnabled: boolean;
} {
  const properties = readProperties(resource, configurationSetProperties);
  const name = properties.Name ?? resource.path.replace(/[^A-Za-z0-9_-]/g, '-').slice(-64);
  return { name, sendingEnabled: properties.SendingOptions?.SendingEnabled ?? true };
}

export function readDestination(resource: Resource, arn: (kind: string, name: string) => string) {
  const { ConfigurationSetName: configurationSet, EventDestination: destination } = readProperties(
    resource,
    destinationProperties,
  );
  const defaultBus = arn('event-bus', 'default').replace(':ses:', ':events:');
  if (destination.EventBridgeDestination.EventBusArn !== defaultBus) {
    // "Only the default bus is supported" (CloudFormation reference, EventBridgeDestination).
    throw new UnsupportedTemplate(
      `${resource.path}.Properties.EventDestination`,
      `SES knows ${defaultBus} only`,
    );
  }
  return {
    id: destination.Name ?? resource.logicalId,
    configurationSet,
    enabled: destination.Enabled,
    events: destination.MatchingEventTypes.filter(happensHere),
  };
}

/** Nobody opens, clicks or rejects a mail that stays on this machine. */
function happensHere(type: string): type is EventType {
  return ['send', 'delivery', 'bounce', 'complaint'].includes(type);
}
