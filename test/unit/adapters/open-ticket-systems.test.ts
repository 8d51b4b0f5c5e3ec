import { describe, expect, it } from 'vitest';
import { configOf } from '../../../infra/config.ts';
import { openTable } from '../../../shared/adapters/dynamodb/table.ts';
import { openTicketSystems } from '../../../shared/adapters/open-ticket-systems.ts';
import type { TicketAnswersSettings } from '../../../shared/contracts/ticket-answers/settings.ts';

const { zohoDesk, tokens } = configOf('local', {});
const bridged = { bridgeUrl: 'https://bridge.example/hook' };

function opened(isZohoEnabled: boolean, ticketAnswers: TicketAnswersSettings) {
  const { deskUrl, accountsUrl, ...settings } = zohoDesk;
  return openTicketSystems({
    ticketAnswers,
    bridgeSecretId: 'visma-onboarding/local/ticket-bridge',
    zohoDesk: {
      variables: {
        TOKEN_TABLE_NAME: 'Tokens',
        TOKEN_POLICY: tokens,
        ZOHO_ACCOUNTS_URL: accountsUrl,
        ZOHO_DESK: { ...settings, enabled: isZohoEnabled },
        ZOHO_DESK_URL: deskUrl,
        ZOHO_DESK_SECRET_ID: 'visma-onboarding/local/zoho-desk',
      },
      table: openTable('Tokens'),
      logger: { error: () => undefined, warn: () => undefined },
    },
  });
}

describe('the ticket systems of a stage', () => {
  it.each([
    [true, bridged, ['generic', 'zoho-desk']],
    [false, bridged, ['generic']],
    [true, {}, ['zoho-desk']],
    [false, {}, []],
  ])('are those that are configured: Zoho Desk %s, answers %j', (isZohoEnabled, ticketAnswers, names) => {
    expect([...opened(isZohoEnabled, ticketAnswers).keys()]).toEqual(names);
  });
});
