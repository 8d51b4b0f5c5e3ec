import { describe, expect, it } from 'vitest';
import { compileInput, InputError } from '../../../infra/local/cloud/event-bridge-input.ts';
import { type BusEvent, UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';

/** The event of the User Guide's chapter "Amazon EventBridge input transformation". */
const event: BusEvent = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2015-11-11T21:29:54Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111'],
  detail: { 'instance-id': 'i-0123456789', state: 'RUNNING', count: 3, tags: { a: 'b' }, quote: 'say "no"' },
};
const rule = { arn: 'arn:aws:events:us-east-1:123456789012:rule/example', name: 'example' };
const InputPathsMap = {
  instance: '$.detail.instance-id',
  state: '$.detail.state',
  count: '$.detail.count',
  tags: '$.detail.tags',
  resource: '$.resources[0]',
  quote: '$.detail.quote',
  missing: '$.detail.missing',
};

function transform(InputTemplate: string) {
  return compileInput({ InputTransformer: { InputPathsMap, InputTemplate } }, rule, 'target')(event, 0);
}

describe('the input transformer', () => {
  it.each([
    ['"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
    ['{"instance":"<instance>","state":"<state>"}', '{"instance":"i-0123456789","state":"RUNNING"}'],
    ['{"instance":<instance>,"state":<state>}', '{"instance":"i-0123456789","state":"RUNNING"}'],
    ['{"text":"<instance> is in state \\"<state>\\""}', '{"text":"i-0123456789 is in state \\"RUNNING\\""}'],
    ['{"n":<count>,"text":"<count> times"}', '{"n":3,"text":"3 times"}'],
    [
      '{"tags":<tags>,"list":[<resource>]}',
      '{"tags":{"a":"b"},"list":["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"]}',
    ],
    ['"tags are <tags>"', '"tags are {a:b}"'],
    ['"nothing: <missing>."', '"nothing: ."'],
    ['{"q":<quote>}', '{"q":"say \\"no\\""}'],
    [
      '{"rule":<aws.events.rule-name>,"arn":"<aws.events.rule-arn>"}',
      '{"rule":"example","arn":"arn:aws:events:us-east-1:123456789012:rule/example"}',
    ],
    ['{"at":<aws.events.event.ingestion-time>}', '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['{"all":<aws.events.event.json>}', JSON.stringify({ all: event })],
    ['{"less than": "a < b > c"}', '{"less than": "a < b > c"}'],
  ])('fills %s', (template, expected) => {
    expect(transform(template)).toBe(expected);
  });

  it('has the event without its detail', () => {
    expect(JSON.parse(transform('{"e":<aws.events.event>}')).e).not.toHaveProperty('detail');
  });

  it.each(['{"m":<missing>}', '{"q":"<quote>"}'])('cannot fill %s from this event', (template) => {
    expect(() => transform(template)).toThrow(InputError);
  });

  it.each([
    ['{"a":<unknown>}', /<unknown> is not in InputPathsMap/],
    ['{<state>:1}', /key|not JSON/],
    ['{"<state>":1}', /cannot be a key/],
    ['instance <instance>', /not JSON/],
    ['"all: <aws.events.event.json>"', /value of its own/],
  ])('refuses the template %s', (template, reason) => {
    expect(() => transform(template)).toThrow(UnsupportedTemplate);
    expect(() => transform(template)).toThrow(reason);
  });

  it.each(['detail', '$.a[*]', '$..a', "$['a']"])('refuses the path %s', (path) => {
    expect(() => compileInput({ InputPath: path }, rule, 'target')).toThrow(UnsupportedTemplate);
  });
});

describe('other inputs', () => {
  it('is the whole event, a part of it, or a constant', () => {
    expect(JSON.parse(compileInput({}, rule, 't')(event, 0))).toEqual(event);
    expect(compileInput({ InputPath: '$.detail.state' }, rule, 't')(event, 0)).toBe('"RUNNING"');
    expect(compileInput({ Input: '{"a":1}' }, rule, 't')(event, 0)).toBe('{"a":1}');
    expect(() => compileInput({ InputPath: '$.detail.missing' }, rule, 't')(event, 0)).toThrow(InputError);
    expect(() => compileInput({ Input: '1', InputPath: '$' }, rule, 't')).toThrow(/only one/);
  });
});
