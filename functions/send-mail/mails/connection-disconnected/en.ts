import type { MailContent, MailFacts, MailText } from '../../content.ts';

interface Remedy {
  readonly why: string;
  readonly items: readonly string[];
}

/** Says for each reason what took the access away and how the customer restores it. */
function remedyOf(facts: MailFacts): Remedy {
  const openCompany = `Sign in to the Visma App Store (${facts.appStoreUrl}) and choose the company ${facts.companyName}.`;
  const noApp = `You do not see Spend Cloud there? Reply "new invitation code" to your ticket or mail it to ${facts.supportEmail}.`;
  const sayDone = `Then reply "The integration is done" to your ticket or mail ${facts.supportEmail}; we will test at once. Without a word from you we notice within a day.`;
  const sendTenantId = `Send the Tenant ID shown there, on your ticket or to ${facts.supportEmail}.`;
  const remedies: Readonly<Record<string, Remedy>> = {
    'not-integrated': {
      why: 'The integration with Spend Cloud was removed or withdrawn in the Visma App Store.',
      items: [openCompany, 'Open Spend Cloud, click Integrate and then Accept.', noApp, sayDone],
    },
    'wrong-organisation': {
      why: `Visma.net does not know the company with the Tenant ID that begins with ${facts.tenantIdStart} any more. That happens for example when a company is created anew in Visma.`,
      items: [
        `Open Visma Admin and go to Company, choose ${facts.companyName}, then Edit and Configuration. The Tenant ID that holds now is there.`,
        'In the App Store, use Change organization to choose the organisation with exactly that Tenant ID, and integrate Spend Cloud there.',
        noApp,
        sendTenantId,
      ],
    },
    'no-licence': {
      why: 'Visma.net says that this company has no valid licence any more (message 12027).',
      items: ['Ask Visma whether the licence of Visma.net Financials is active for this company.', sayDone],
    },
    'missing-scopes': {
      why: 'Spend Cloud no longer has all permissions that it needs in Visma.net.',
      items: [
        `${openCompany} Open Spend Cloud there.`,
        'Switch on all Application permissions and click Accept.',
        sayDone,
      ],
    },
    'identity-changed': {
      why: 'Behind the integration there is another company in Visma.net now, or its company number was changed there.',
      items: [
        `The number of ${facts.companyName} was changed? Tell ${facts.contactPerson} the new one.`,
        `It is another company? Choose the company ${facts.companyName} in the Visma App Store (${facts.appStoreUrl}) and integrate Spend Cloud there.`,
        'Copy the Tenant ID that is then in the upper right corner.',
        sendTenantId,
      ],
    },
    'tenant-claimed': {
      why: `The Tenant ID that begins with ${facts.tenantIdStart} cannot be connected to this company.`,
      items: [
        `${openCompany} Copy the Tenant ID in the upper right corner.`,
        sendTenantId,
        `It is the same Tenant ID? Please contact ${facts.contactPerson}.`,
      ],
    },
  };
  const remedy = remedies[facts.reason];
  if (remedy === undefined) throw new Error(`No text for the reason ${facts.reason}.`);
  return remedy;
}

export const connectionDisconnectedEn: MailText = (facts): MailContent => {
  const { why, items } = remedyOf(facts);
  return {
    subject: `The connection with Visma.net no longer works (${facts.companyName})`,
    preheader: 'Nothing is exported any more. This mail says what to do.',
    title: 'The connection with Visma.net no longer works',
    intro: [
      `Spend Cloud has no access to ${facts.companyName} in Visma.net any more. ${why}`,
      'We found so on different days. For this company nothing is exported to Visma.net now, until the connection works again.',
    ],
    steps: { heading: 'What to do', items },
    outro: [
      'We will write as soon as the connection works again.',
      `You cannot get it to work? Please contact ${facts.contactPerson}.`,
    ],
  };
};

/** To what the customer did or said: tested again, and it is not right yet. */
export const stillDisconnectedEn: MailText = (facts): MailContent => {
  const { why, items } = remedyOf(facts);
  return {
    subject: `The connection with Visma.net does not work yet (${facts.companyName})`,
    preheader: 'We have tested again. This mail says what to do.',
    title: 'The connection with Visma.net does not work yet',
    intro: [
      `We have tested the access to ${facts.companyName} again and it does not work yet. ${why}`,
      'For this company still nothing is exported to Visma.net.',
    ],
    steps: { heading: 'What to do', items },
    outro: [`You cannot get it to work? Please contact ${facts.contactPerson}.`],
  };
};
