import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countOf, mailsTo, untilMail } from './invariants.ts';
import { Stage } from './stage.ts';

/**
 * The local stage reminds 12 seconds before the end, of codes that live twice as long when they are handed out
 * (infra/config.ts); the rest is for a slow machine.
 */
const shortLifeMs = 45_000;

describe('a customer who is not there yet', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterAll(() => stage?.stop());

  it('is asked for the tenant ID when he integrated, and reminded once before the code expires', async () => {
    const customer = stage.newCustomer();
    const connectionId = await stage.register(customer);
    await stage.addCodes(1, shortLifeMs);
    await stage.asksForCode(customer);
    await stage.until(connectionId, 'with a code', (one) => countOf(one, 'InvitationCodeIssued') === 1);
    await stage.ticket(customer, { text: 'De koppeling is gelukt.' });
    await untilMail(stage, customer.email, 'Nog één stap');
    expect(await untilMail(stage, customer.email, 'verloopt binnenkort')).toContain('LOCAL-');
    await untilMail(stage, customer.email, 'verlopen');
    const shown = await stage.show(connectionId);
    expect([shown.state, countOf(shown, 'InvitationCodeExpiring')]).toEqual(['expired', 1]);
    expect(mailsTo(stage, customer.email, 'verloopt binnenkort')).toHaveLength(1);
  });
});
