import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isFormOf,
  readConnectLink,
  signConnectLink,
  signForm,
} from '../../../shared/platform/connect-links.ts';

const link = { environmentId: 'voorbeeld', generation: 2, expiresAt: '2026-03-31T09:00:00.000Z' };
const before = new Date('2026-03-31T08:59:59.000Z');
const after = new Date('2026-03-31T09:00:00.000Z');

describe('a connect link', () => {
  it('is read until it expires, and says of whom it was after that', () => {
    const text = signConnectLink(link, 'key');
    expect(text).toMatch(/^[\w-]+\.[\w-]{43}$/);
    const { expiresAt: _, ...of } = link;
    expect(readConnectLink(text, ['key'], before)).toEqual({ status: 'valid', ...of });
    expect(readConnectLink(text, ['key'], after)).toEqual({ status: 'expired', ...of });
  });

  it('is read with the previous key too, and with no other', () => {
    const text = signConnectLink(link, 'old');
    expect(readConnectLink(text, ['new', 'old'], before)).toMatchObject({ status: 'valid' });
    expect(readConnectLink(text, ['new'], before)).toEqual({ status: 'unknown' });
  });

  it('is unknown when any of its characters is another', () => {
    const text = signConnectLink(link, 'key');
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'ABCxyz019-_.'), (at, character) => {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        const { status } = readConnectLink(changed, ['key'], before);
        expect(status).toBe(changed === text ? 'valid' : 'unknown');
      }),
    );
    for (const other of ['', '.', 'a.b', `${text}.x`, `${text}=`, text.slice(0, -1)]) {
      expect(readConnectLink(other, ['key'], before)).toEqual({ status: 'unknown' });
    }
  });

  it('does not pass for a form’s token, nor a token for a link’s', () => {
    const text = signConnectLink(link, 'key');
    const token = signForm(text, 'key');
    expect(isFormOf(text, token, ['key'])).toBe(true);
    expect(isFormOf(`${text}x`, token, ['key'])).toBe(false);
    expect(isFormOf(text, text.split('.')[1] ?? '', ['key'])).toBe(false);
    expect(readConnectLink(`${text.split('.')[0]}.${token}`, ['key'], before)).toEqual({ status: 'unknown' });
  });

  it('is not signed with an empty key', () => {
    expect(() => signConnectLink(link, '')).toThrow('empty');
  });
});
