import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { BadInput } from '../server.ts';

/** Five days, as one vendor tells its customers (visma.md 4.1); no official figure was found. */
const lifetimeMs = 5 * 24 * 60 * 60 * 1_000;

export const codeSeedSchema = z.strictObject({
  /** Opaque; made up when absent. */
  code: z.string().trim().min(1).max(200).optional(),
  /** Only to recognise the code in the portal's list. */
  description: z.string().default(''),
  /** ISO time; five days from now when absent. */
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export type CodeSeed = z.input<typeof codeSeedSchema>;

/** A code as the portal lists it: the status beside it changes when a customer accepts. */
interface InvitationCode {
  readonly code: string;
  readonly description: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly status: 'open' | 'accepted' | 'expired';
  readonly acceptedBy?: string;
}

export type CodeCheck = 'open' | 'unknown' | 'accepted' | 'expired';

export interface InvitationCodes {
  add(seed: CodeSeed): InvitationCode;
  check(code: string): CodeCheck;
  /** Takes an open code for the tenant; anything but `open` changed nothing. */
  accept(code: string, tenantId: string): CodeCheck;
  list(): readonly InvitationCode[];
}

/** The portal's invitation codes: for one acceptance each, not bound to a company. */
export function createInvitationCodes(clock: () => number): InvitationCodes {
  const codes = new Map<
    string,
    { description: string; createdAt: number; expiresAt: number; acceptedBy?: string }
  >();

  function check(code: string): CodeCheck {
    const known = codes.get(code.trim());
    if (known === undefined) return 'unknown';
    if (known.acceptedBy !== undefined) return 'accepted';
    return known.expiresAt <= clock() ? 'expired' : 'open';
  }

  function view(code: string): InvitationCode {
    const known = codes.get(code);
    const status = check(code);
    if (known === undefined || status === 'unknown') throw new BadInput(`No code ${code}`, 404);
    return {
      code,
      description: known.description,
      createdAt: new Date(known.createdAt).toISOString(),
      expiresAt: new Date(known.expiresAt).toISOString(),
      status,
      ...(known.acceptedBy === undefined ? {} : { acceptedBy: known.acceptedBy }),
    };
  }

  return {
    add({ code = newCode(), description = '', expiresAt }) {
      if (codes.has(code)) throw new BadInput(`Code ${code} exists already`, 409);
      const createdAt = clock();
      codes.set(code, {
        description,
        createdAt,
        expiresAt: expiresAt === undefined ? createdAt + lifetimeMs : Date.parse(expiresAt),
      });
      return view(code);
    },
    check,
    accept(code, tenantId) {
      const status = check(code);
      const known = codes.get(code.trim());
      if (status === 'open' && known !== undefined) known.acceptedBy = tenantId;
      return status;
    },
    list: () => [...codes.keys()].map(view),
  };
}

/** The real format is unknown: this one only is easy to read out on the telephone. */
function newCode(): string {
  const letters = 'BCDFGHJKMNPQRSTVWXZ23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return `${group()}-${group()}-${group()}`;
}
