import * as z from 'zod';

const place = z.number().int().min(0);

/** Messages of the import's queue: places in the customers' file, and nothing of what stands there. */
export const importMessage = z.discriminatedUnion('kind', [
  /** Check the form of the whole file, then send a message for each batch of its rows. */
  z.object({ kind: z.literal('split'), importId: z.uuid() }),
  z.object({
    kind: z.literal('rows'),
    importId: z.uuid(),
    /** 0, 1, 2 … */
    batch: place,
    /** Bytes from `from` to before `to`. */
    from: place,
    to: place,
    firstLine: z.number().int().min(1),
    /** Rows whose environment an earlier row has, by their lines. */
    duplicates: z.array(z.object({ line: place, first: place })),
    /** Rows that have a company number in common with another row's environment. */
    shared: z.array(z.object({ line: place, other: place })),
  }),
]);
export type ImportMessage = z.infer<typeof importMessage>;
export type RowsMessage = Extract<ImportMessage, { kind: 'rows' }>;
