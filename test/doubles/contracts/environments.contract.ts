import { beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environment/environment.ts';
import {
  aCompany,
  anAdministration,
  anEnvironment,
  anEnvironmentChange,
} from '../../builders/environment.ts';
import { someTime } from '../../builders/history.ts';
import type { Store } from '../in-memory-store.ts';
import { refusal, settled } from './outcomes.ts';

/** What holds for every EnvironmentRepository. `open` answers an empty store. */
export function environmentRepositoryContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  const save = async (after: Environment, before?: Environment): Promise<Environment> => {
    const change = anEnvironmentChange(after, before);
    await store.environments.save(change);
    return change.after;
  };
  const found = async (email: string) =>
    (await store.environments.findByContact(email)).map((environment) => environment.environmentId);

  it('knows nothing at first', async () => {
    expect(await store.environments.find('voorbeeld')).toBeUndefined();
    expect(await store.environments.findByContact('finance@voorbeeld.example')).toEqual([]);
    expect(await store.environments.history('voorbeeld')).toEqual([]);
  });

  it('answers what was saved, with every optional field and strange names as they are', async () => {
    const environment = await save(
      anEnvironment({
        name: '=1+1 <b>"Jansen" & Zn.</b>',
        companies: [aCompany(), { companyId: 'cmp_2', name: 'Zonder nummer' }],
        administrations: [
          anAdministration({ connectionId: 'none' }),
          anAdministration({ administrationId: '2' }),
        ],
      }),
    );
    expect(await store.environments.find('voorbeeld')).toEqual(environment);
    expect(await store.environments.history('voorbeeld')).toHaveLength(1);
  });

  it('finds those of many that there are', async () => {
    const one = await save(anEnvironment());
    const other = await save(anEnvironment({ environmentId: 'ander' }));
    const names = ['voorbeeld', 'ander', ...Array.from({ length: 150 }, (_, index) => `niemand-${index}`)];
    const many = await store.environments.findMany(names);
    expect(many.toSorted((a, b) => (a.environmentId < b.environmentId ? -1 : 1))).toEqual([other, one]);
    expect(await store.environments.findMany([])).toEqual([]);
  });

  it('finds an environment by each address however it is spelt, and several by one', async () => {
    const contacts = [
      { email: 'Finance@Voorbeeld.example', name: 'F' },
      { email: 'shared@kantoor.example', name: 'S' },
    ];
    await save(anEnvironment({ contacts }));
    await save(anEnvironment({ environmentId: 'ander', contacts: contacts.slice(1) }));
    expect(await found(' finance@voorbeeld.EXAMPLE ')).toEqual(['voorbeeld']);
    expect(await found('shared@kantoor.example')).toEqual(['ander', 'voorbeeld']);
  });

  it('forgets a contact and a company number that are no longer registered', async () => {
    const before = await save(
      anEnvironment({
        contacts: [
          { email: 'a@klant.example', name: 'A' },
          { email: 'b@klant.example', name: 'B' },
        ],
        companies: [aCompany({ corporateId: '11111111' }), aCompany({ corporateId: '22222222' })],
      }),
    );
    await save(
      {
        ...before,
        contacts: [
          { email: 'b@klant.example', name: 'B' },
          { email: 'c@klant.example', name: 'C' },
        ],
        companies: [aCompany({ corporateId: '22222222' }), aCompany({ corporateId: '33333333' })],
      },
      before,
    );
    expect(await found('a@klant.example')).toEqual([]);
    expect(await found('b@klant.example')).toEqual(['voorbeeld']);
    expect(await found('c@klant.example')).toEqual(['voorbeeld']);
    expect(await store.tenants.findIdentity('11111111')).toBeUndefined();
    expect((await store.tenants.findIdentity('22222222'))?.registrations).toHaveLength(1);
    expect((await store.tenants.findIdentity('33333333'))?.registrations).toHaveLength(1);
  });

  it('counts registrations of one number over environments', async () => {
    await save(anEnvironment());
    await save(anEnvironment({ environmentId: 'ander' }));
    expect((await store.tenants.findIdentity('12345678'))?.registrations).toEqual([
      { environmentId: 'ander', companyId: aCompany({ environmentId: 'ander' }).companyId },
      { environmentId: 'voorbeeld', companyId: aCompany().companyId },
    ]);
  });

  it('moves a number from one company of an environment to another', async () => {
    const before = await save(anEnvironment({ companies: [{ ...aCompany(), companyId: 'cmp_old' }] }));
    await save({ ...before, companies: [{ ...aCompany(), companyId: 'cmp_new' }] }, before);
    expect((await store.tenants.findIdentity('12345678'))?.registrations).toEqual([
      { environmentId: 'voorbeeld', companyId: 'cmp_new' },
    ]);
  });

  describe('a save', () => {
    it('is refused when another writer was first', async () => {
      const before = await save(anEnvironment());
      await save({ ...before, name: 'Eerst' }, before);
      const late = anEnvironmentChange(
        { ...before, contacts: [{ email: 'x@klant.example', name: '' }] },
        before,
      );
      expect(await refusal(store.environments.save(late))).toBe('concurrent-change');
      expect(await found('x@klant.example')).toEqual([]);
      expect(
        await refusal(store.environments.save(anEnvironmentChange(anEnvironment({ name: 'Opnieuw' })))),
      ).toBe('concurrent-change');
    });

    it('succeeds again for whoever repeats it because the answer was lost', async () => {
      const change = anEnvironmentChange(anEnvironment(), undefined, 'operator:1');
      await store.environments.save(change);
      await expect(store.environments.save(change)).resolves.toBeUndefined();
      expect(await store.environments.history('voorbeeld')).toHaveLength(1);
    });

    it('is refused for a delivery that was taken into account', async () => {
      const first = anEnvironmentChange(anEnvironment(), undefined, 'operator:1');
      await store.environments.save(first);
      expect(await store.deliveries.isSeen('operator:1')).toBe(true);
      const again = anEnvironmentChange({ ...first.after, name: 'Anders' }, first.after, 'operator:1');
      expect(await refusal(store.environments.save(again))).toBe('delivery-seen');
    });

    it('by several writers of one version succeeds for exactly one', async () => {
      const before = await save(anEnvironment());
      const outcomes = await settled(
        ['a', 'b', 'c', 'd'].map((name) =>
          store.environments.save(anEnvironmentChange({ ...before, name }, before)),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
      expect((await store.environments.find('voorbeeld'))?.version).toBe(2);
    });

    it('refuses entries that do not fit the version', async () => {
      const change = anEnvironmentChange(anEnvironment());
      await expect(store.environments.save({ ...change, entries: [] })).rejects.toThrow(/needs one entry/);
      expect(change.after.changedAt).toBe(someTime);
    });
  });
}
