import type { AccessTestFailure } from '../../../shared/domain/connection/connection.ts';
import type { AnswerFacts, AnswerText, AnswerTexts } from './answer-text.ts';

const company = ({ companyName }: AnswerFacts) => companyName ?? 'your company';
const codeIsMailed = (facts: AnswerFacts): AnswerText => ({
  happened: `The invitation code for ${company(facts)} was e-mailed to the registered contact of your organisation; for safety it is not on this ticket.`,
  next: 'Follow the steps in that e-mail.',
});

/** For each reason of a failed test: what is wrong, and what the customer does. */
const failures: Readonly<
  Record<Exclude<AccessTestFailure, 'client-rejected'>, (facts: AnswerFacts) => AnswerText>
> = {
  'not-integrated': (facts) => ({
    happened: `We tested the access to ${company(facts)}, but Visma knows no integration with Spend Cloud for this tenant ID yet.`,
    next: 'Click Integrate and then Accept for this company in the Visma App Store, and send the tenant ID that is shown there.',
  }),
  'wrong-organisation': (facts) => ({
    happened: `The tenant ID for ${company(facts)} is that of the customer (Customer) and not that of the company (Company); they often have the same name.`,
    next: 'Choose the company itself in the Visma App Store and send the tenant ID that is shown there.',
  }),
  'no-licence': (facts) => ({
    happened: `Visma.net reports no valid licence for ${company(facts)}.`,
    next: 'Have Visma check the Visma.net Financials licence of this company and then reply to this ticket; we will test again.',
  }),
  'missing-scopes': (facts) => ({
    happened: `The integration of ${company(facts)} lacks some of the permissions that Spend Cloud needs.`,
    next: 'Switch on all Application permissions in the Visma App Store and then reply to this ticket; we will test again.',
  }),
  'identity-mismatch': (facts) => ({
    happened: `According to Visma.net the tenant ID does not belong to the company that we know as ${company(facts)}; a colleague is looking at it.`,
    next: 'You will hear from us as soon as that is done.',
  }),
  'identity-unclear': (facts) => ({
    happened: `We could not tell for certain that the tenant ID belongs to ${company(facts)}; a colleague is looking at it.`,
    next: 'You will hear from us as soon as that is done.',
  }),
  'tenant-claimed': (facts) => ({
    happened: `This tenant ID cannot be connected to ${company(facts)}.`,
    next: 'Choose the right company in the Visma App Store and send the tenant ID that is shown there.',
  }),
};

const failuresByReason = new Map(Object.entries(failures));

export const answersEn: AnswerTexts = {
  greeting: 'Hello,',
  reference: 'Reference',
  answers: {
    InvitationCodeIssued: codeIsMailed,
    InvitationCodeResent: codeIsMailed,
    InvitationCodeExpired: (facts) => ({
      happened: `The invitation code for ${company(facts)} has expired.`,
      next: 'Reply with "new code" to go on; if Integrate was clicked already, the tenant ID is enough and you do not need another code.',
    }),
    InvitationCodeStockEmpty: (facts) => ({
      happened: `Thank you for your request for ${company(facts)}; issuing the invitation code takes a little longer than usual.`,
      next: 'There is nothing for you to do: the registered contact gets the code by e-mail as soon as it is there.',
    }),
    AppIntegrated: (facts) => ({
      happened: `Good news: we see Spend Cloud connected in the Visma App Store for ${company(facts)}.`,
      next: 'Send us the tenant ID of this company as the last step: it is at the top right under your name in the App Store.',
    }),
    AccessTestFailed: (facts) => {
      const failure = failuresByReason.get(facts.reason);
      if (failure === undefined) throw new Error(`No answer for the reason ${facts.reason}.`);
      return failure(facts);
    },
    AttentionNeeded: (facts) => ({
      happened: `A colleague is looking at the connection of ${company(facts)}; that takes a little time.`,
      next: 'There is nothing for you to do now: you will hear from us how it goes on.',
    }),
    ConnectionRejected: (facts) => ({
      happened: `A colleague has looked at the tenant ID: it does not belong to ${company(facts)}.`,
      next: 'Choose the right company in the Visma App Store and send the tenant ID that is shown there.',
    }),
    MappingMissing: (facts) => ({
      happened: `The access to ${company(facts)} was tested and is fine; only which administrations of Spend Cloud belong to it is not known yet.`,
      next: 'Assign the administrations on your connect page, to which the registered contact has the access by e-mail.',
    }),
    SpendCloudInformed: (facts) => ({
      happened: `The connection of ${company(facts)} with Visma.net is active: from now on Spend Cloud exports through it.`,
      next: nextAfterActivation(facts),
    }),
    ConnectionCancelled: (facts) => ({
      happened: `The connection of ${company(facts)} was ended on request.`,
      next: 'If that is not right, reply to this ticket: a colleague is glad to help you.',
    }),
    TicketUnmatched: () => ({
      happened:
        'Thank you for your message; a colleague is looking at it and, for safety, checks the request first.',
      next: 'There is nothing for you to do now: details go to the registered contact of an organisation only.',
    }),
    TenantIdUnclear: () => ({
      happened:
        'Thank you for your message; we could not find one tenant ID for one company in it with certainty, and we do not guess.',
      next: 'Send a separate message with one tenant ID for each company, without earlier messages below it.',
    }),
    NoActionNeeded: () => ({
      happened:
        'Thank you for your message; we have looked at it and there is nothing that you have to do for Visma.net.',
      next: 'The explanation was e-mailed to the registered contact of your organisation.',
    }),
  },
};

function nextAfterActivation({ standing }: AnswerFacts): string {
  const { turn, companies, activeCompanies } = standing;
  if (turn !== 'nobody') {
    return `Of the companies on this ticket ${activeCompanies} of ${companies} are active now; the others simply go on.`;
  }
  if (companies > 1)
    return 'This was the last company on this ticket: everything is done and there is nothing left for you to do.';
  return 'Everything is done and there is nothing left for you to do.';
}
