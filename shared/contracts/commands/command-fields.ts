import * as z from 'zod';

/** Fields that several commands have. */

export const environmentId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'lower-case letters, digits and dashes, 64 at most');

/** Makes a repetition of the same command recognisable; the command line tool sets it. */
export const commandId = z.uuid().optional();

/** A service has one campaign unless somebody begins another. */
export const campaignId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'lower-case letters, digits and dashes, 64 at most')
  .default('visma-net');

/** The deadline of a campaign: a day in Dutch time, or an instant for a campaign of minutes. */
export const deadline = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'must be a day such as 2027-05-31, or a time with its zone such as 2026-12-01T12:00:00Z',
});
