import type { MailContent, MailText } from '../../content.ts';

interface Explanation {
  readonly subject: string;
  readonly why: string;
  readonly items: readonly string[];
}

/** Says for each reason what is wrong and what exactly the customer does. */
export const accessTestFailedEn: MailText = (facts): MailContent => {
  const again = `Then reply to your ticket or mail ${facts.supportEmail}; we will test again.`;
  const sendAgain = `Send the Tenant ID shown there, on your ticket or to ${facts.supportEmail}.`;
  const explanations: Readonly<Record<string, Explanation>> = {
    'not-integrated': {
      subject: 'Spend Cloud is not integrated in Visma.net yet',
      why: `Visma knows no integration with Spend Cloud for the Tenant ID that begins with ${facts.tenantIdStart}.`,
      items: [
        `Sign in to the Visma App Store (${facts.appStoreUrl}) and choose the company ${facts.companyName}.`,
        'Open Spend Cloud with your invitation code, click Integrate and then Accept.',
        `Check that the Tenant ID in the upper right corner begins with ${facts.tenantIdStart}. ${sendAgain}`,
      ],
    },
    'wrong-organisation': {
      subject: 'The wrong organisation is selected in Visma.net',
      why: `The Tenant ID that begins with ${facts.tenantIdStart} is the customer's, not the company's. The two often have the same name.`,
      items: [
        `Open Visma Admin and go to Company, choose ${facts.companyName}, then Edit and Configuration. The right Tenant ID is there.`,
        'In the App Store, use Change organization to choose the organisation with exactly that Tenant ID.',
        `Spend Cloud is not integrated there yet? Integrate it with a new code: reply "new invitation code" to your ticket or mail it to ${facts.supportEmail}.`,
        sendAgain,
      ],
    },
    'no-licence': {
      subject: 'Visma.net says that there is no licence',
      why: `Visma.net gives no access to ${facts.companyName}: there is no valid licence for this company (message 12027).`,
      items: [
        'Check that the Tenant ID is the company’s and not the customer’s.',
        'If it is, ask Visma whether the licence of Visma.net Financials is active for this company.',
        again,
      ],
    },
    'missing-scopes': {
      subject: 'Permissions are missing in Visma.net',
      why: `The integration of ${facts.companyName} does not have all permissions that Spend Cloud needs.`,
      items: [
        `Sign in to the Visma App Store (${facts.appStoreUrl}), choose ${facts.companyName} and open Spend Cloud.`,
        'Switch on all Application permissions and click Accept.',
        again,
      ],
    },
    'identity-mismatch': {
      subject: 'The Tenant ID belongs to another company',
      why: `The Tenant ID that begins with ${facts.tenantIdStart} is not the company's that we know as ${facts.companyName}. So we do not connect it.`,
      items: [
        `Choose the company ${facts.companyName} in the App Store and copy the Tenant ID in the upper right corner.`,
        sendAgain,
        `You are sure that it is right? Then there is nothing for you to do: a colleague is looking into it. Questions? Your contact person is ${facts.contactPerson}.`,
      ],
    },
    'identity-unclear': {
      subject: 'We are checking your company',
      why: `We could not establish beyond doubt that the Tenant ID is ${facts.companyName}'s. A colleague is checking it.`,
      items: ['You need not do anything now. We will write as soon as the check is done.'],
    },
    'tenant-claimed': {
      subject: 'This Tenant ID cannot be connected',
      why: `The Tenant ID that begins with ${facts.tenantIdStart} cannot be connected to ${facts.companyName}.`,
      items: [
        `Choose the company ${facts.companyName} in the App Store and copy the Tenant ID in the upper right corner.`,
        sendAgain,
        `It is the same Tenant ID? Please contact ${facts.contactPerson}.`,
      ],
    },
  };
  const explanation = explanations[facts.reason];
  if (explanation === undefined) throw new Error(`No text for the reason ${facts.reason}.`);
  return {
    subject: `${explanation.subject} (${facts.companyName})`,
    preheader: 'The connection does not work yet. This mail says what to do.',
    title: explanation.subject,
    intro: [
      explanation.why,
      'The connection is not active: nothing is exported through the new connection yet.',
    ],
    steps: { heading: 'What to do', items: explanation.items },
    outro: [],
  };
};
