import * as z from 'zod';
import { booksFailures } from '../../domain/export/company-books.ts';

const word = z.string().trim().min(1);

/** A supplier's invoice, and the administration that it belongs to. */
const exportedDocument = z.strictObject({
  administrationId: word,
  supplierNumber: word,
  supplierReference: word,
  date: z.iso.date(),
  description: word.optional(),
  lines: z
    .array(
      z.strictObject({
        accountNumber: word,
        description: word,
        amount: z.number(),
        vatCode: word.optional(),
      }),
    )
    .min(1),
});
export type ExportedDocument = z.infer<typeof exportedDocument>;

/**
 * What the sample export is invoked with: documents of one environment, of any of its administrations. Not too many for
 * one run: each takes two calls to Visma, one after the other.
 */
export const exportRequest = z.strictObject({
  environmentId: word,
  documents: z.array(exportedDocument).min(1).max(50),
});
export type ExportRequest = z.infer<typeof exportRequest>;

/** `code`s of the token client, then what the books said. */
const refusalReasons = [
  'administration-not-mapped',
  'connection-not-active',
  'tenant-disconnected',
  'client-rejected',
  'temporarily-unavailable',
  'token-refused',
  'wrong-organisation',
  'fault',
  ...booksFailures,
] as const;

const ofDocument = z.object({ administrationId: z.string(), supplierReference: z.string() });

const documentResult = z.discriminatedUnion('outcome', [
  /** `number`: in Visma.net, where it was told. */
  ofDocument.extend({ outcome: z.literal('posted'), number: z.string().optional() }),
  ofDocument.extend({ outcome: z.literal('already-there') }),
  ofDocument.extend({
    outcome: z.literal('refused'),
    reason: z.enum(refusalReasons),
    /** Where waiting helps. */
    retryAfterSeconds: z.number().int().min(1).optional(),
  }),
]);
export type DocumentResult = z.infer<typeof documentResult>;

/** One result for each document. */
export const exportAnswer = z.object({ results: z.array(documentResult) });
