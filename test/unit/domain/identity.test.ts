import { describe, expect, it } from 'vitest';
import type { Organisation } from '../../../shared/domain/connection/connection.ts';
import { identityShown, isSameCompany, isUnchanged } from '../../../shared/domain/tenant/identity.ts';
import { anOrganisation } from '../../builders/connection.ts';

const numbered = anOrganisation();
const { corporateId: _number, ...bare } = anOrganisation();
const nvt: Organisation = { ...bare, corporateId: 'N.V.T.' };
const zeros: Organisation = { ...bare, corporateId: '00000000' };

describe('the same company', () => {
  it.each<[string, Organisation[], Organisation[]]>([
    ['by its number alone', [numbered], [{ organizationCd: '9', name: 'Nieuw', corporateId: '12.34.56.78' }]],
    ['by code and name where there is no number', [bare], [{ ...bare, name: ' Voorbeeld Holding B.V. ' }]],
    ['by code, name and what stands for the number', [nvt], [{ ...bare, corporateId: 'nvt' }]],
    ['in any order', [numbered, bare], [bare, numbered]],
  ])('is known %s', (_, judged, read) => {
    expect(isSameCompany(judged, read)).toBe(true);
    expect(isSameCompany(read, judged)).toBe(true);
  });

  it.each<[string, Organisation[], Organisation[]]>([
    ['of another number', [numbered], [{ ...numbered, corporateId: '99999999' }]],
    ['of another name and the same filler in place of a number', [nvt], [{ ...nvt, name: 'Ander' }]],
    ['of another code and the same zeros', [zeros], [{ ...zeros, organizationCd: '2' }]],
    ['of another code, without a number', [bare], [{ ...bare, organizationCd: '2' }]],
    ['whose number is gone, or new', [numbered], [bare]],
    ['with another filler than before', [nvt], [bare]],
    ['with a second one', [numbered], [numbered, bare]],
    ['none', [], []],
  ])('is not one %s', (_, judged, read) => {
    expect(isSameCompany(judged, read)).toBe(false);
    expect(isSameCompany(read, judged)).toBe(false);
  });
});

it('what is stored is unchanged as long as no field differs, in any order', () => {
  expect(isUnchanged([numbered, bare], [bare, numbered])).toBe(true);
  expect(isUnchanged([], [])).toBe(true);
  for (const other of [
    { ...numbered, organizationCd: '2' },
    { ...numbered, name: 'Ander' },
    { ...numbered, corporateId: '12345678' },
    bare,
  ]) {
    expect(isUnchanged([numbered], [other])).toBe(false);
  }
  expect(isUnchanged([numbered], [numbered, numbered])).toBe(false);
});

it('an approval of a company whose number is a filler is of its name too', () => {
  expect(identityShown([nvt], '12345678')).not.toBe(identityShown([{ ...nvt, name: 'Ander' }], '12345678'));
  expect(identityShown([nvt], '12345678')).toBe(identityShown([{ ...nvt, corporateId: 'nvt' }], '12345678'));
  expect(identityShown([numbered], '12345678')).toBe('registered 12345678, read 12345678');
  expect(identityShown([bare], undefined)).toBe('registered none, read "Voorbeeld Holding B.V."');
});
