import type { MailContent, MailText } from '../../content.ts';

interface Explanation {
  readonly subject: string;
  readonly why: string;
  readonly items: readonly string[];
}

/** Zegt per reden wat er is en wat de klant precies doet. */
export const accessTestFailedNl: MailText = (facts): MailContent => {
  const again = `Antwoord daarna op uw ticket of mail ${facts.supportEmail}; wij testen dan opnieuw.`;
  const sendAgain = `Stuur de Tenant ID die daar staat, via uw ticket of naar ${facts.supportEmail}.`;
  const explanations: Readonly<Record<string, Explanation>> = {
    'not-integrated': {
      subject: 'Spend Cloud is nog niet gekoppeld in Visma.net',
      why: `Visma kent voor de Tenant ID die begint met ${facts.tenantIdStart} nog geen koppeling met Spend Cloud.`,
      items: [
        `Log in op de Visma App Store (${facts.appStoreUrl}) en kies het bedrijf ${facts.companyName}.`,
        'Open Spend Cloud met uw uitnodigingscode, klik op Integrate en daarna op Accept.',
        `Controleer of de Tenant ID rechtsboven begint met ${facts.tenantIdStart}. ${sendAgain}`,
      ],
    },
    'wrong-organisation': {
      subject: 'De verkeerde organisatie is gekozen in Visma.net',
      why: `De Tenant ID die begint met ${facts.tenantIdStart} is die van de klant (Customer) en niet die van het bedrijf (Company). Ze heten vaak hetzelfde.`,
      items: [
        `Open Visma Admin en ga naar Company, kies ${facts.companyName}, dan Edit en Configuration. Daar staat de juiste Tenant ID.`,
        'Kies in de App Store met Change organization de organisatie met precies die Tenant ID.',
        `Is Spend Cloud daar nog niet gekoppeld? Koppel het met een nieuwe code: antwoord op uw ticket met "nieuwe uitnodigingscode" of mail dat naar ${facts.supportEmail}.`,
        sendAgain,
      ],
    },
    'no-licence': {
      subject: 'Visma.net meldt dat er geen licentie is',
      why: `Visma.net geeft geen toegang tot ${facts.companyName}: er is geen geldige licentie voor dit bedrijf (melding 12027).`,
      items: [
        'Controleer of de Tenant ID van het bedrijf (Company) is en niet van de klant (Customer).',
        'Klopt die? Vraag Visma dan of de licentie van Visma.net Financials voor dit bedrijf actief is.',
        again,
      ],
    },
    'missing-scopes': {
      subject: 'Er ontbreken rechten in Visma.net',
      why: `De koppeling van ${facts.companyName} heeft niet alle rechten die Spend Cloud nodig heeft.`,
      items: [
        `Log in op de Visma App Store (${facts.appStoreUrl}), kies ${facts.companyName} en open Spend Cloud.`,
        'Zet bij Application permissions alle rechten aan en klik op Accept.',
        again,
      ],
    },
    'identity-mismatch': {
      subject: 'De Tenant ID hoort bij een ander bedrijf',
      why: `De Tenant ID die begint met ${facts.tenantIdStart} hoort niet bij het bedrijf dat wij als ${facts.companyName} kennen. Wij koppelen hem daarom niet.`,
      items: [
        `Kies in de App Store het bedrijf ${facts.companyName} en kopieer de Tenant ID rechtsboven.`,
        sendAgain,
        `Weet u zeker dat hij goed is? Dan hoeft u niets te doen: een medewerker kijkt ernaar. Vragen? Uw contactpersoon is ${facts.contactPerson}.`,
      ],
    },
    'identity-unclear': {
      subject: 'Wij controleren uw bedrijf',
      why: `Wij konden niet met zekerheid vaststellen dat de Tenant ID bij ${facts.companyName} hoort. Een medewerker controleert dit.`,
      items: ['U hoeft nu niets te doen. U hoort van ons zodra de controle klaar is.'],
    },
    'tenant-claimed': {
      subject: 'Deze Tenant ID kan niet worden gekoppeld',
      why: `De Tenant ID die begint met ${facts.tenantIdStart} kan niet aan ${facts.companyName} worden gekoppeld.`,
      items: [
        `Kies in de App Store het bedrijf ${facts.companyName} en kopieer de Tenant ID rechtsboven.`,
        sendAgain,
        `Staat er dezelfde Tenant ID? Neem dan contact op met ${facts.contactPerson}.`,
      ],
    },
  };
  const explanation = explanations[facts.reason];
  if (explanation === undefined) throw new Error(`No text for the reason ${facts.reason}.`);
  return {
    subject: `${explanation.subject} (${facts.companyName})`,
    preheader: 'De koppeling werkt nog niet. In deze mail staat wat u doet.',
    title: explanation.subject,
    intro: [
      explanation.why,
      'De koppeling is nog niet actief: er wordt nog niets geëxporteerd via de nieuwe koppeling.',
    ],
    steps: { heading: 'Wat u doet', items: explanation.items },
    outro: [],
  };
};
