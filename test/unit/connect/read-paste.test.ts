import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPaste } from '../../../functions/connect-page/read-paste.ts';
import { otherTenantId, someTenantId } from '../../builders/connection.ts';

describe('what a customer pastes', () => {
  it('is a tenant ID with anything around it, in any spelling', () => {
    const words = fc.constantFrom('', ' ', 'Onze Tenant ID is ', '(', '"', 'Tenant ID:\n\t');
    fc.assert(
      fc.property(fc.uuid(), words, words, (uuid, left, right) => {
        const text = `${left}${uuid.toUpperCase()}${right === '' ? '' : `. ${right}`}`;
        expect(readPaste(text, ['LOCAL-1'])).toEqual({ tenantId: uuid });
      }),
    );
    expect(readPaste(`${someTenantId} ${someTenantId.toUpperCase()}`, [])).toEqual({
      tenantId: someTenantId,
    });
  });

  it.each([
    ['', 'empty'],
    [' \n ', 'empty'],
    ['Ik kan hem niet vinden', 'no-uuid'],
    [someTenantId.slice(0, 30), 'incomplete'],
    [`${someTenantId}9`, 'incomplete'],
    [`${someTenantId} of ${otherTenantId}`, 'several'],
    ['00000000-0000-0000-0000-000000000000', 'zeros'],
    ['de code is local-4711-aa', 'code'],
    [otherTenantId.toUpperCase(), 'code'],
  ])('%j is none: %s', (text, problem) => {
    const codes = ['LOCAL-4711-AA', ...(problem === 'code' ? [otherTenantId] : [])];
    expect(readPaste(text, codes)).toEqual({ problem });
  });

  it('may hold the code beside the tenant ID', () => {
    expect(readPaste(`code ${otherTenantId}, tenant ${someTenantId}`, [otherTenantId])).toEqual({
      tenantId: someTenantId,
    });
  });
});
