import type { MailContent, MailFacts, MailText } from '../../content.ts';

interface Remedy {
  readonly why: string;
  readonly items: readonly string[];
}

/** Zegt per reden waardoor de toegang weg is en hoe de klant hem herstelt. */
function remedyOf(facts: MailFacts): Remedy {
  const openCompany = `Log in op de Visma App Store (${facts.appStoreUrl}) en kies het bedrijf ${facts.companyName}.`;
  const noApp = `Ziet u Spend Cloud daar niet? Antwoord op uw ticket met "nieuwe uitnodigingscode" of mail dat naar ${facts.supportEmail}.`;
  const sayDone = `Antwoord daarna op uw ticket met "De koppeling is gelukt" of mail ${facts.supportEmail}; wij testen dan meteen. Zonder bericht merken wij het binnen een dag zelf.`;
  const sendTenantId = `Stuur de Tenant ID die daar staat, via uw ticket of naar ${facts.supportEmail}.`;
  const remedies: Readonly<Record<string, Remedy>> = {
    'not-integrated': {
      why: 'De koppeling met Spend Cloud is in de Visma App Store verwijderd of ingetrokken.',
      items: [openCompany, 'Open Spend Cloud, klik op Integrate en daarna op Accept.', noApp, sayDone],
    },
    'wrong-organisation': {
      why: `Visma.net kent het bedrijf met de Tenant ID die begint met ${facts.tenantIdStart} niet meer. Dat gebeurt bijvoorbeeld als een bedrijf in Visma opnieuw is aangemaakt.`,
      items: [
        `Open Visma Admin en ga naar Company, kies ${facts.companyName}, dan Edit en Configuration. Daar staat de Tenant ID die nu geldt.`,
        'Kies in de App Store met Change organization de organisatie met precies die Tenant ID en koppel Spend Cloud daar.',
        noApp,
        sendTenantId,
      ],
    },
    'no-licence': {
      why: 'Visma.net meldt dat dit bedrijf geen geldige licentie meer heeft (melding 12027).',
      items: ['Vraag Visma of de licentie van Visma.net Financials voor dit bedrijf actief is.', sayDone],
    },
    'missing-scopes': {
      why: 'Spend Cloud heeft in Visma.net niet meer alle rechten die het nodig heeft.',
      items: [
        `${openCompany} Open daar Spend Cloud.`,
        'Zet bij Application permissions alle rechten aan en klik op Accept.',
        sayDone,
      ],
    },
    'identity-changed': {
      why: 'Achter de koppeling staat in Visma.net nu een ander bedrijf, of het bedrijfsnummer is daar gewijzigd.',
      items: [
        `Is het nummer van ${facts.companyName} gewijzigd? Geef het nieuwe nummer door aan ${facts.contactPerson}.`,
        `Is het een ander bedrijf? Kies in de Visma App Store (${facts.appStoreUrl}) het bedrijf ${facts.companyName} en koppel Spend Cloud daar.`,
        'Kopieer de Tenant ID die dan rechtsboven staat.',
        sendTenantId,
      ],
    },
    'tenant-claimed': {
      why: `De Tenant ID die begint met ${facts.tenantIdStart} kan niet aan dit bedrijf worden gekoppeld.`,
      items: [
        `${openCompany} Kopieer de Tenant ID rechtsboven.`,
        sendTenantId,
        `Staat er dezelfde Tenant ID? Neem dan contact op met ${facts.contactPerson}.`,
      ],
    },
  };
  const remedy = remedies[facts.reason];
  if (remedy === undefined) throw new Error(`No text for the reason ${facts.reason}.`);
  return remedy;
}

export const connectionDisconnectedNl: MailText = (facts): MailContent => {
  const { why, items } = remedyOf(facts);
  return {
    subject: `De koppeling met Visma.net werkt niet meer (${facts.companyName})`,
    preheader: 'Er wordt niets meer geëxporteerd. In deze mail staat wat u doet.',
    title: 'De koppeling met Visma.net werkt niet meer',
    intro: [
      `Spend Cloud heeft geen toegang meer tot ${facts.companyName} in Visma.net. ${why}`,
      'Wij hebben dit op verschillende dagen vastgesteld. Voor dit bedrijf wordt nu niets naar Visma.net geëxporteerd, totdat de koppeling weer werkt.',
    ],
    steps: { heading: 'Wat u doet', items },
    outro: [
      'U hoort van ons zodra de koppeling weer werkt.',
      `Komt u er niet uit? Neem contact op met ${facts.contactPerson}.`,
    ],
  };
};

/** Op wat de klant deed of zei: opnieuw getest, en het is nog niet in orde. */
export const stillDisconnectedNl: MailText = (facts): MailContent => {
  const { why, items } = remedyOf(facts);
  return {
    subject: `De koppeling met Visma.net werkt nog niet (${facts.companyName})`,
    preheader: 'Wij hebben opnieuw getest. In deze mail staat wat u doet.',
    title: 'De koppeling met Visma.net werkt nog niet',
    intro: [
      `Wij hebben de toegang tot ${facts.companyName} opnieuw getest en hij werkt nog niet. ${why}`,
      'Voor dit bedrijf wordt nog steeds niets naar Visma.net geëxporteerd.',
    ],
    steps: { heading: 'Wat u doet', items },
    outro: [`Komt u er niet uit? Neem contact op met ${facts.contactPerson}.`],
  };
};
