import { describe, expect, it } from 'vitest';
import { assertMappedOrganisation, isMappedOrganisation } from '../../../shared/token-client/index.ts';
import { aToken } from './rig.ts';

const judged = (...organisations: Parameters<typeof isMappedOrganisation>[0]['organisations']) => ({
  connectionId: 'con_1',
  organisations,
});
const numbered = judged({ organizationCd: '1', name: 'Voorbeeld', corporateId: '1234.5678' });
const filled = (corporateId: string) => judged({ organizationCd: '1', name: 'Voorbeeld', corporateId });
const nameless = judged({ organizationCd: '1', name: 'Voorbeeld' });

describe('the organisation behind a token', () => {
  it.each<[string, ReturnType<typeof judged>, unknown]>([
    [
      'the number is the same',
      numbered,
      [{ organizationCd: '1', name: 'Voorbeeld', corporateId: '12345678' }],
    ],
    [
      'the number is written differently and everything else has changed',
      numbered,
      [{ organizationCd: 7, name: 'Voorbeeld Nieuw', corporateId: ' 1234 5678 ', vatZone: {} }],
    ],
    [
      'code and name are the same and there is no number',
      nameless,
      [{ organizationCd: 1, name: ' Voorbeeld ' }],
    ],
    ['a dash is no number', nameless, [{ organizationCd: '1', name: 'Voorbeeld', corporateId: '-' }]],
    [
      'a filler in place of the number is the same, as are code and name',
      filled('N.V.T.'),
      [{ organizationCd: '1', name: 'Voorbeeld', corporateId: 'nvt' }],
    ],
    [
      'all of several are there, in any order',
      judged(...numbered.organisations, { organizationCd: '2', name: 'Twee' }),
      [
        { organizationCd: '2', name: 'Twee', corporateId: null },
        { organizationCd: '1', name: null, corporateId: '12345678' },
      ],
    ],
  ])('is the mapped one: %s', (_, token, read) => {
    expect(isMappedOrganisation(token, read)).toBe(true);
    expect(() => assertMappedOrganisation(token, read)).not.toThrow();
  });

  const one = { organizationCd: '1', name: 'Voorbeeld', corporateId: '12345678' };
  it.each<[string, ReturnType<typeof judged>, unknown]>([
    ['another number', numbered, [{ ...one, corporateId: '12345679' }]],
    ['its number is gone', numbered, [{ organizationCd: '1', name: 'Voorbeeld', corporateId: '' }]],
    ['a number where there was none', nameless, [one]],
    ['another name where there is no number', nameless, [{ organizationCd: '1', name: 'Ander' }]],
    ['another code where there is no number', nameless, [{ organizationCd: '2', name: 'Voorbeeld' }]],
    [
      'another company with the same filler',
      filled('nvt'),
      [{ ...one, name: 'Ander', corporateId: 'N.V.T.' }],
    ],
    [
      'another company with the same zeros',
      filled('00000000'),
      [{ ...one, name: 'Ander', corporateId: '00000000' }],
    ],
    [
      'another code with the same zeros',
      filled('00000000'),
      [{ ...one, organizationCd: '2', corporateId: '0000 0000' }],
    ],
    ['a second one', numbered, [one, { organizationCd: '2', name: 'Twee' }]],
    ['one of two is missing', judged(...numbered.organisations, ...nameless.organisations), [one]],
    [
      'the same one twice instead of two',
      judged(...numbered.organisations, ...nameless.organisations),
      [one, one],
    ],
    ['none', numbered, []],
    ['nothing was judged', judged(), []],
    ['no list', numbered, one],
    ['an error’s body', numbered, { message: 'No license' }],
    ['nothing', numbered, undefined],
  ])('is not the mapped one: %s', (_, token, read) => {
    expect(isMappedOrganisation(token, read)).toBe(false);
    expect(() => assertMappedOrganisation(token, read)).toThrow(
      expect.objectContaining({ name: 'VismaWrongOrganisation', code: 'wrong-organisation' }),
    );
  });

  it('is told by the connection’s id, never by name', () => {
    expect(() => assertMappedOrganisation(aToken(), [{ organizationCd: '1', name: 'Geheim B.V.' }])).toThrow(
      /^(?!.*(Geheim|Voorbeeld|token-1)).*con_1/,
    );
  });
});
