import type { AccessTestFailure } from '../../../shared/domain/connection/connection.ts';
import type { AnswerFacts, AnswerText, AnswerTexts } from './answer-text.ts';

const company = ({ companyName }: AnswerFacts) => companyName ?? 'uw bedrijf';
const codeIsMailed = (facts: AnswerFacts): AnswerText => ({
  happened: `De uitnodigingscode voor ${company(facts)} is per e-mail gestuurd naar het geregistreerde contact van uw organisatie; om veiligheidsredenen staat hij niet op dit ticket.`,
  next: 'Volg de stappen in die e-mail.',
});

/** Per reden van een mislukte test: wat er is en wat de klant doet. */
const failures: Readonly<
  Record<Exclude<AccessTestFailure, 'client-rejected'>, (facts: AnswerFacts) => AnswerText>
> = {
  'not-integrated': (facts) => ({
    happened: `Wij hebben de toegang tot ${company(facts)} getest, maar Visma kent voor deze Tenant ID nog geen koppeling met Spend Cloud.`,
    next: 'Klik in de Visma App Store bij dit bedrijf op Integrate en daarna op Accept, en stuur de Tenant ID die daar staat.',
  }),
  'wrong-organisation': (facts) => ({
    happened: `De Tenant ID voor ${company(facts)} is die van de klant (Customer) en niet die van het bedrijf (Company); ze heten vaak hetzelfde.`,
    next: 'Kies in de Visma App Store het bedrijf zelf en stuur de Tenant ID die daar staat.',
  }),
  'no-licence': (facts) => ({
    happened: `Visma.net meldt dat er voor ${company(facts)} geen geldige licentie is.`,
    next: 'Laat Visma de licentie van Visma.net Financials voor dit bedrijf controleren en antwoord daarna op dit ticket; wij testen dan opnieuw.',
  }),
  'missing-scopes': (facts) => ({
    happened: `De koppeling van ${company(facts)} heeft niet alle rechten die Spend Cloud nodig heeft.`,
    next: 'Zet in de Visma App Store bij Application permissions alle rechten aan en antwoord daarna op dit ticket; wij testen dan opnieuw.',
  }),
  'identity-mismatch': (facts) => ({
    happened: `De Tenant ID hoort volgens Visma.net niet bij het bedrijf dat wij als ${company(facts)} kennen; een medewerker kijkt ernaar.`,
    next: 'U hoort van ons zodra de controle klaar is.',
  }),
  'identity-unclear': (facts) => ({
    happened: `Wij konden niet met zekerheid vaststellen dat de Tenant ID bij ${company(facts)} hoort; een medewerker kijkt ernaar.`,
    next: 'U hoort van ons zodra de controle klaar is.',
  }),
  'tenant-claimed': (facts) => ({
    happened: `Deze Tenant ID kan niet aan ${company(facts)} worden gekoppeld.`,
    next: 'Kies in de Visma App Store het juiste bedrijf en stuur de Tenant ID die daar staat.',
  }),
};

const failuresByReason = new Map(Object.entries(failures));

export const answersNl: AnswerTexts = {
  greeting: 'Hallo,',
  reference: 'Kenmerk',
  answers: {
    InvitationCodeIssued: codeIsMailed,
    InvitationCodeResent: codeIsMailed,
    InvitationCodeExpired: (facts) => ({
      happened: `De uitnodigingscode voor ${company(facts)} is verlopen.`,
      next: 'Antwoord met "nieuwe code" als u verder wilt; is er al op Integrate geklikt, dan is de Tenant ID genoeg en is er geen andere code nodig.',
    }),
    InvitationCodeStockEmpty: (facts) => ({
      happened: `Bedankt voor uw aanvraag voor ${company(facts)}; het uitgeven van de uitnodigingscode duurt iets langer dan u van ons gewend bent.`,
      next: 'U hoeft niets te doen: het geregistreerde contact krijgt de code per e-mail zodra hij er is.',
    }),
    AppIntegrated: (facts) => ({
      happened: `Mooi, wij zien dat Spend Cloud in de Visma App Store gekoppeld is voor ${company(facts)}.`,
      next: 'Stuur ons nog de Tenant ID van dit bedrijf: die staat rechtsboven onder uw naam in de App Store.',
    }),
    AccessTestFailed: (facts) => {
      const failure = failuresByReason.get(facts.reason);
      if (failure === undefined) throw new Error(`No answer for the reason ${facts.reason}.`);
      return failure(facts);
    },
    AttentionNeeded: (facts) => ({
      happened: `Een medewerker kijkt mee met de koppeling van ${company(facts)}; daarvoor is even tijd nodig.`,
      next: 'U hoeft nu niets te doen: u hoort van ons hoe het verdergaat.',
    }),
    ConnectionRejected: (facts) => ({
      happened: `Een medewerker heeft de Tenant ID bekeken: hij hoort niet bij ${company(facts)}.`,
      next: 'Kies in de Visma App Store het juiste bedrijf en stuur de Tenant ID die daar staat.',
    }),
    MappingMissing: (facts) => ({
      happened: `De toegang tot ${company(facts)} is getest en in orde; alleen is nog niet bekend welke administraties van Spend Cloud erbij horen.`,
      next: 'Wijs de administraties toe op uw koppelpagina, waarvan het geregistreerde contact de toegang per e-mail heeft.',
    }),
    SpendCloudInformed: (facts) => ({
      happened: `De koppeling van ${company(facts)} met Visma.net is actief: Spend Cloud exporteert vanaf nu daarover.`,
      next: nextAfterActivation(facts),
    }),
    ConnectionCancelled: (facts) => ({
      happened: `De koppeling van ${company(facts)} is op verzoek stopgezet.`,
      next: 'Klopt dat niet, antwoord dan op dit ticket: een medewerker helpt u graag.',
    }),
    TicketUnmatched: () => ({
      happened:
        'Bedankt voor uw bericht; een medewerker bekijkt het en controleert om veiligheidsredenen eerst de aanvraag.',
      next: 'U hoeft nu niets te doen: gegevens gaan alleen naar het geregistreerde contact van een organisatie.',
    }),
    TenantIdUnclear: () => ({
      happened:
        'Bedankt voor uw bericht; wij konden er niet met zekerheid één Tenant ID voor één bedrijf uit halen, en wij gokken niet.',
      next: 'Stuur per bedrijf een apart bericht met één Tenant ID, zonder eerdere berichten eronder.',
    }),
    NoActionNeeded: () => ({
      happened: 'Bedankt voor uw bericht; wij hebben het bekeken en u hoeft voor Visma.net niets te doen.',
      next: 'De toelichting is per e-mail gestuurd naar het geregistreerde contact van uw organisatie.',
    }),
  },
};

function nextAfterActivation({ standing }: AnswerFacts): string {
  const { turn, companies, activeCompanies } = standing;
  if (turn !== 'nobody') {
    return `Van de bedrijven op dit ticket zijn er nu ${activeCompanies} van ${companies} actief; de andere gaan gewoon door.`;
  }
  if (companies > 1)
    return 'Dit was het laatste bedrijf op dit ticket: alles is klaar en u hoeft niets meer te doen.';
  return 'Alles is klaar en u hoeft niets meer te doen.';
}
