import { createHash } from 'node:crypto';
import { stringMember } from './json.ts';
import type { Identity, Resource } from './service.ts';
import type { Place } from './template.ts';

interface InertType {
  /** What stays unproven because resources of this type are not run. */
  readonly notVerified: string;
  readonly identity: (name: string, place: Place, resource: Resource) => Identity;
}

const named = (name: string): Identity => ({ ref: name, attributes: {} });

/** Resource types that are accepted and not run; everything else that no service runs stops the start. */
const inertTypes: Readonly<Record<string, InertType>> = {
  'AWS::CDK::Metadata': { notVerified: 'nothing', identity: named },
  'AWS::CloudWatch::Alarm': {
    notVerified: 'thresholds and dimensions of alarms',
    identity: (name, place) => arnIdentity(name, `arn:aws:cloudwatch:${at(place)}:alarm:${name}`),
  },
  'AWS::CloudWatch::CompositeAlarm': {
    notVerified: 'the rule of composite alarms',
    identity: (name, place) => arnIdentity(name, `arn:aws:cloudwatch:${at(place)}:alarm:${name}`),
  },
  'AWS::CloudWatch::Dashboard': { notVerified: 'dashboards', identity: named },
  'AWS::KMS::Alias': { notVerified: 'key aliases', identity: named },
  'AWS::KMS::Key': {
    notVerified: 'key policies and kms grants (nothing is encrypted)',
    identity: (name, place) => {
      const id = uuidOf(name);
      const arn = `arn:aws:kms:${at(place)}:key/${id}`;
      return { ref: id, attributes: { Arn: arn, KeyId: id } };
    },
  },
  'AWS::Logs::LogGroup': {
    notVerified: 'log groups: retention, encryption, resource policies',
    identity: (name, place) => arnIdentity(name, `arn:aws:logs:${at(place)}:log-group:${name}:*`),
  },
  'AWS::Logs::MetricFilter': { notVerified: 'metric filters on logs', identity: named },
  'AWS::Logs::ResourcePolicy': { notVerified: 'who may write to log groups', identity: named },
  'AWS::SNS::Subscription': { notVerified: 'who is told by alarms', identity: named },
  'AWS::SNS::Topic': {
    notVerified: 'the topic of alarms',
    identity: (name, place) => {
      const arn = `arn:aws:sns:${at(place)}:${name}`;
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  },
  'AWS::SNS::TopicPolicy': { notVerified: 'who may publish to the topic of alarms', identity: named },
  'AWS::XRay::Group': { notVerified: 'tracing', identity: named },
  'AWS::XRay::SamplingRule': { notVerified: 'tracing', identity: named },
};

/** Where the running cloud itself is simpler than AWS, whatever the template says. */
const differences = [
  'aws:SecureTransport is always true: calls are plain HTTP on this machine',
  'session policies, permission boundaries and organisation policies',
  'quotas of the account and throttling, other than reserved concurrency',
  'the delay of global secondary indexes and of eventually consistent reads',
  'throttling and access logs of HTTP APIs',
  'lifecycle rules and public access blocks of buckets: nothing expires, and nobody is anonymous here',
  'code on arm64: functions run on the architecture of this machine',
  'background work of a function after its answer: a worker is not frozen between invocations',
] as const;

export function isInert(type: string): boolean {
  return Object.hasOwn(inertTypes, type);
}

/** `Ref` and `Fn::GetAtt` of an inert resource. */
export function inertIdentity(resource: Resource, place: Place): Identity {
  const type = inertTypes[resource.type];
  if (type === undefined) throw new Error(`${resource.type} is not inert`);
  return type.identity(inertName(resource), place, resource);
}

/** Lines for the start of the cloud: what a green local run does not prove about the given resource types. */
export function notVerified(types: Iterable<string>): readonly string[] {
  const lines = [...new Set(types)].sort().flatMap((type) => {
    const phrase = inertTypes[type]?.notVerified ?? 'nothing';
    return phrase === 'nothing' ? [] : [`${phrase} (${type})`];
  });
  return [...lines, ...differences];
}

const nameProperties = [
  'LogGroupName',
  'AlarmName',
  'AliasName',
  'DashboardName',
  'TopicName',
  'Name',
] as const;

function inertName(resource: Resource): string {
  for (const property of nameProperties) {
    const name = stringMember(resource.properties, property);
    if (name !== undefined) return name;
  }
  return resource.path.replace('/', '-');
}

function at(place: Place): string {
  return `${place.region}:${place.accountId}`;
}

function arnIdentity(name: string, arn: string): Identity {
  return { ref: name, attributes: { Arn: arn } };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
