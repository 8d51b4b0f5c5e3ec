import type { PageText } from './page-text.ts';

export const en: PageText = {
  title: 'Connect Spend Cloud with Visma.net',
  intro: (environment) =>
    `Here you connect ${environment} with Visma.net. For each company you see how far it is and what to do now.`,
  severalCompanies: 'Each company has an invitation code and a Tenant ID of its own.',
  allActive: (environment) => `You are done: ${environment} is connected with Visma.net.`,
  otherLanguage: 'Nederlands',
  skip: 'Skip to the content',
  updates: 'This page updates itself while it is open.',
  stepsOf: (company) => `Steps of ${company}`,
  steps: {
    code: 'Invitation code',
    integrate: 'Integrate in the Visma App Store',
    'tenant-id': 'Tenant ID',
    access: 'Access tested',
    active: 'Connection works',
  },
  statuses: { done: 'done', now: 'now', todo: 'to come', problem: 'needs attention' },
  situations: (company) => ({
    'not-requested': {
      heading: 'No code has been asked for',
      what: `Ask for an invitation code to connect ${company}.`,
    },
    'code-coming': {
      heading: 'Your code is on its way',
      what: 'We mail you as soon as the invitation code is there, and then it is shown here too. There is nothing for you to do now.',
    },
    integrate: {
      heading: 'Integrate Spend Cloud in the Visma App Store',
      what: `Enter this code in the App Store for the company ${company}, click Integrate and then Accept. Then copy the Tenant ID.`,
    },
    'tenant-id': {
      heading: 'Send us the Tenant ID',
      what: `In the App Store click your name in the upper right corner, copy the Tenant ID of ${company} and paste it below. If we find it at Visma ourselves, this page goes on by itself.`,
    },
    testing: {
      heading: 'We are testing the access',
      what: 'This usually takes a minute, sometimes a quarter of an hour. If Visma cannot be reached for a while, we try again by ourselves. There is nothing for you to do now.',
    },
    mapping: {
      heading: 'The access works, one more question',
      what: `Tell us which administration belongs to which company. Then the connection of ${company} becomes active by itself.`,
    },
    finishing: {
      heading: 'The access works, we are finishing',
      what: 'There is nothing more for you to do. We mail you as soon as everything works.',
    },
    active: {
      heading: 'The connection works',
      what: 'You are done. You no longer have to fetch an access token each year.',
    },
    failed: {
      heading: 'The connection does not work yet',
      what: 'The cause is on our side. We know about it; there is nothing for you to do.',
    },
    expired: {
      heading: 'The invitation code has expired',
      what: 'Ask for a new code. Have you integrated already? Then paste the Tenant ID: that is enough.',
    },
    'with-us': {
      heading: 'We are looking into it',
      what: 'Somebody of ours is checking your connection. You will hear from us; there is nothing for you to do now.',
    },
    disconnected: {
      heading: 'The connection has stopped working',
      what: `Visma no longer gives access to ${company}. Integrate Spend Cloud again in the App Store. You do not see it there any more? Then ask for a new code.`,
    },
    ended: {
      heading: 'This connection has ended',
      what: `To connect ${company} again, ask for a new code.`,
    },
  }),
  failures: (company, start) => ({
    'not-integrated': {
      heading: 'Spend Cloud is not integrated yet',
      what: `Visma knows no integration for the Tenant ID that starts with ${start}. Choose ${company} in the App Store, open Spend Cloud with your code, and click Integrate and Accept. Check too that the Tenant ID there starts like that.`,
    },
    'wrong-organisation': {
      heading: 'This is the customer, not the company',
      what: `The Tenant ID that starts with ${start} is that of the customer (Customer). We need that of the company (Company) ${company}; they often have the same name, and below you see how to tell them apart. The code is probably used up: ask for a new one and integrate the company with it. It is integrated already? Then paste its Tenant ID.`,
    },
    'no-licence': {
      heading: 'Visma says that there is no licence',
      what: `There is no valid licence for ${company} (message 12027). Check that the Tenant ID is the company's and not the customer's. It is? Then ask Visma whether Visma.net Financials is active for this company. After that test again; you need not integrate again.`,
    },
    'missing-scopes': {
      heading: 'Permissions are missing',
      what: `Choose ${company} in the App Store, open Spend Cloud, switch on all Application permissions and click Accept. You need no code for that.`,
    },
    'identity-mismatch': {
      heading: 'The Tenant ID belongs to another company',
      what: `The Tenant ID that starts with ${start} does not belong to the company that we know as ${company}. Choose ${company} in the App Store and paste the Tenant ID in the upper right corner there. It is the same one? Then there is nothing for you to do: somebody of ours is looking into it and you will hear from us.`,
    },
    'identity-unclear': {
      heading: 'We are checking your company',
      what: `We could not be sure that the Tenant ID belongs to ${company}. Somebody of ours is checking it; there is nothing for you to do now.`,
    },
    'tenant-claimed': {
      heading: 'This Tenant ID cannot be connected',
      what: `The Tenant ID that starts with ${start} cannot be connected to ${company}. Choose ${company} in the App Store and paste the Tenant ID in the upper right corner there. It is the same one? Then ask your contact person for help.`,
    },
  }),
  code: {
    label: 'Your invitation code',
    until: (when) => `Valid until ${when}. It works once.`,
    copy: 'Copy the code',
    copied: 'The code has been copied.',
  },
  forms: {
    tenantId: 'Tenant ID',
    tenantIdHint: 'You may paste a whole sentence or e-mail: we look for the Tenant ID in it.',
    sendTenantId: 'Send the Tenant ID',
    integrated: 'I have clicked Integrate',
    tryAgain: 'I have done this, test again',
    newCode: 'Ask for a new code',
    firstCode: 'Ask for a code',
    codeAgain: 'Mail me the code once more',
    more: 'Does this code not work?',
  },
  done: {
    'tenant-id': 'Thank you, we have the Tenant ID. We are testing the access now.',
    integrated: 'Thank you, we are going on. This page shows how it goes.',
    'new-code': 'We have your request. The code is mailed to the registered contacts.',
    company: 'We have your request. We check the company before its connection becomes active.',
    mapping: 'Thank you, we now know which administration belongs to which company.',
  },
  mapping: {
    heading: 'Which administration belongs to which company?',
    what: 'A connection becomes active only when this is known of every administration.',
    choose: 'Choose a company',
    notExported: 'Is not exported to Visma.net',
    save: 'Save',
  },
  company: {
    heading: 'Another company in Visma.net?',
    what: 'Give the name that it has in Visma.net. It gets a code of its own; somebody of ours registers it before its connection becomes active.',
    name: 'Name of the company',
    add: 'Ask for a code for this company',
  },
  notPossible: 'This is not possible now: something has changed meanwhile. Below you see how things stand.',
  problems: {
    empty: 'The field is empty. Paste the Tenant ID that you copied in the App Store.',
    'no-uuid':
      'There is no Tenant ID in this. A Tenant ID has 32 digits and letters a to f with four dashes, such as 8bdf18fd-21cc-11e9-b307-0aa512338dd6.',
    incomplete:
      'This Tenant ID is incomplete or has a character too many. Copy all of it: 8, 4, 4, 4 and 12 characters with dashes between them.',
    several: 'There is more than one Tenant ID in this. Paste only the one of this company.',
    code: 'This is the invitation code. We need the Tenant ID: it is in the App Store, under your name in the upper right corner.',
    zeros: "This Tenant ID is all zeros. Copy your company's from the App Store.",
  },
  guide: {
    heading: 'Where to find it in the Visma App Store',
    openAppStore: 'Open the Visma App Store',
    parts: [
      {
        heading: 'The role that you need',
        paragraphs: [
          'You need the role Integration Administrator in Visma. Without it? The Customer Administrator of your organisation can grant it in Visma Admin.',
        ],
      },
      {
        heading: '1. Choose the company',
        paragraphs: [
          'In the upper right corner choose the company (Company) with Change organization, not the customer (Customer). They often have the same name: look at the word beside it.',
          'Not sure? In Visma Admin open Company, choose the company, then Edit and Configuration. The Tenant ID there must be the one in the App Store.',
        ],
      },
      { heading: '2. Enter the code', paragraphs: ['Enter the invitation code and open Spend Cloud.'] },
      {
        heading: '3. Click Integrate and Accept',
        paragraphs: ['Leave all permissions switched on.'],
      },
      {
        heading: '4. Copy the Tenant ID',
        paragraphs: [
          'Click your name in the upper right corner. Copy the Tenant ID and paste it on this page.',
        ],
      },
    ],
    drawings: {
      company: 'Drawing: a list of two organisations of the same name; the one marked Company is right.',
      code: 'Drawing: the field for the invitation code with the button Find app.',
      integrate: 'Drawing: the card of Spend Cloud with the button Integrate, and a dialog with Accept.',
      'tenant-id':
        'Drawing: the menu under your name in the upper right corner, with the Tenant ID and a copy button.',
    },
  },
  help: {
    heading: 'Do you need help?',
    what: 'Tell us where you are stuck. Somebody of ours who sees how far you are will then get in touch with you.',
    topic: 'Where are you stuck?',
    choose: 'Choose a topic',
    topics: {
      'cannot-find-integrate-button': 'I cannot find the button Integrate',
      'not-an-administrator': 'I do not have the role Integration Administrator',
      'wrong-company': 'I see the wrong company',
      'no-code-received': 'I have received no code',
      'test-keeps-failing': 'The test keeps failing',
      other: 'Something else',
    },
    company: 'Which company is it about?',
    noCompany: 'No company in particular',
    ask: 'Ask for help',
    asked: (contact) =>
      `We have your question. Somebody of our support or your contact person ${contact} gets in touch with the registered contacts. You need not ask again, and can go on meanwhile.`,
    text: (contact, support) =>
      `Your contact person is ${contact}. You can also mail ${support}; put no code or Tenant ID into that mail.`,
  },
  start: {
    heading: 'Open your connection page',
    what: 'The connection page of your organisation says how far you are with Visma.net and what to do now. It opens with a link that only the registered contacts get.',
    how: (support) =>
      `Enter your e-mail address; where it is registered with us, we mail the link. Not registered? Ask a colleague who is, or mail ${support}.`,
  },
  closed: {
    heading: 'This link does not work (any more)',
    what: 'A link works for a limited time, and only when all of it was copied. Each new e-mail about your connection has a new link: use the latest.',
    how: (support) =>
      `No e-mail with a link that works? Ask for a new one here; we mail it to the registered contacts. Or mail ${support}.`,
    email: 'Your e-mail address',
    ask: 'Mail a new link',
    asked:
      'If this link or this address belongs to a connection, the registered contacts get an e-mail with a new link within a few minutes.',
  },
};
