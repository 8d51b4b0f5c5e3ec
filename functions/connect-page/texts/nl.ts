import type { PageText } from './page-text.ts';

export const nl: PageText = {
  title: 'Spend Cloud koppelen met Visma.net',
  intro: (environment) =>
    `Hier koppelt u ${environment} met Visma.net. U ziet per bedrijf hoe ver u bent en wat u nu doet.`,
  severalCompanies: 'Elk bedrijf heeft een eigen uitnodigingscode en een eigen Tenant ID.',
  allActive: (environment) => `U bent klaar: ${environment} is gekoppeld met Visma.net.`,
  otherLanguage: 'English',
  skip: 'Naar de inhoud',
  updates: 'Deze pagina werkt zichzelf bij zolang zij open is.',
  stepsOf: (company) => `Stappen van ${company}`,
  steps: {
    code: 'Uitnodigingscode',
    integrate: 'Integreren in de Visma App Store',
    'tenant-id': 'Tenant ID',
    access: 'Toegang getest',
    active: 'Koppeling werkt',
  },
  statuses: { done: 'klaar', now: 'nu', todo: 'volgt', problem: 'vraagt aandacht' },
  situations: (company) => ({
    'not-requested': {
      heading: 'Er is nog geen code gevraagd',
      what: `Vraag een uitnodigingscode om ${company} te koppelen.`,
    },
    'code-coming': {
      heading: 'Uw code komt eraan',
      what: 'U krijgt een e-mail zodra de uitnodigingscode er is; hij staat dan ook hier. U hoeft nu niets te doen.',
    },
    integrate: {
      heading: 'Koppel Spend Cloud in de Visma App Store',
      what: `Voer deze code in de App Store in voor het bedrijf ${company}, klik op Integrate en daarna op Accept. Kopieer daarna de Tenant ID.`,
    },
    'tenant-id': {
      heading: 'Stuur ons de Tenant ID',
      what: `Klik in de App Store rechtsboven op uw naam, kopieer de Tenant ID van ${company} en plak hem hieronder. Vinden wij hem zelf bij Visma, dan gaat deze pagina vanzelf verder.`,
    },
    testing: {
      heading: 'Wij testen de toegang',
      what: 'Dit duurt meestal een minuut, soms een kwartier. Is Visma even niet bereikbaar, dan proberen wij het vanzelf opnieuw. U hoeft nu niets te doen.',
    },
    mapping: {
      heading: 'De toegang werkt, nog één vraag',
      what: `Zeg ons welke administratie bij welk bedrijf hoort. Daarna wordt de koppeling van ${company} vanzelf actief.`,
    },
    finishing: {
      heading: 'De toegang werkt, wij ronden af',
      what: 'U hoeft niets meer te doen. U krijgt een e-mail zodra alles werkt.',
    },
    active: {
      heading: 'De koppeling werkt',
      what: 'U bent klaar. U hoeft niet meer jaarlijks een toegangssleutel op te halen.',
    },
    failed: {
      heading: 'De koppeling werkt nog niet',
      what: 'De oorzaak ligt bij ons. Wij zijn op de hoogte; u hoeft niets te doen.',
    },
    expired: {
      heading: 'De uitnodigingscode is verlopen',
      what: 'Vraag een nieuwe code. Heeft u al gekoppeld? Plak dan de Tenant ID: dat is genoeg.',
    },
    'with-us': {
      heading: 'Wij kijken ernaar',
      what: 'Een medewerker controleert uw koppeling. U hoort van ons; u hoeft nu niets te doen.',
    },
    disconnected: {
      heading: 'De koppeling werkt niet meer',
      what: `Visma geeft geen toegang meer tot ${company}. Koppel Spend Cloud opnieuw in de App Store. Ziet u het daar niet meer? Vraag dan een nieuwe code.`,
    },
    ended: {
      heading: 'Deze koppeling is beëindigd',
      what: `Wilt u ${company} weer koppelen, vraag dan een nieuwe code.`,
    },
  }),
  failures: (company, start) => ({
    'not-integrated': {
      heading: 'Spend Cloud is nog niet gekoppeld',
      what: `Visma kent voor de Tenant ID die begint met ${start} nog geen koppeling. Kies in de App Store ${company}, open Spend Cloud met uw code en klik op Integrate en Accept. Controleer ook of de Tenant ID daar zo begint.`,
    },
    'wrong-organisation': {
      heading: 'Dit is de klant en niet het bedrijf',
      what: `De Tenant ID die begint met ${start} is die van de klant (Customer). Wij hebben die van het bedrijf (Company) ${company} nodig; ze heten vaak hetzelfde, en hieronder staat hoe u ze onderscheidt. De code is waarschijnlijk gebruikt: vraag een nieuwe en koppel daarmee het bedrijf. Is dat al gekoppeld? Plak dan zijn Tenant ID.`,
    },
    'no-licence': {
      heading: 'Visma meldt dat er geen licentie is',
      what: `Er is geen geldige licentie voor ${company} (melding 12027). Controleer of de Tenant ID van het bedrijf is en niet van de klant. Klopt hij? Vraag Visma of Visma.net Financials voor dit bedrijf actief is. Test daarna opnieuw; u hoeft niet opnieuw te koppelen.`,
    },
    'missing-scopes': {
      heading: 'Er ontbreken rechten',
      what: `Kies in de App Store ${company}, open Spend Cloud, zet bij Application permissions alle rechten aan en klik op Accept. Een code heeft u daarvoor niet nodig.`,
    },
    'identity-mismatch': {
      heading: 'De Tenant ID hoort bij een ander bedrijf',
      what: `De Tenant ID die begint met ${start} hoort niet bij het bedrijf dat wij als ${company} kennen. Kies in de App Store ${company} en plak de Tenant ID die daar rechtsboven staat. Staat er dezelfde? Dan hoeft u niets te doen: een medewerker kijkt ernaar en u hoort van ons.`,
    },
    'identity-unclear': {
      heading: 'Wij controleren uw bedrijf',
      what: `Wij konden niet met zekerheid vaststellen dat de Tenant ID bij ${company} hoort. Een medewerker controleert dit; u hoeft nu niets te doen.`,
    },
    'tenant-claimed': {
      heading: 'Deze Tenant ID kan niet worden gekoppeld',
      what: `De Tenant ID die begint met ${start} kan niet aan ${company} worden gekoppeld. Kies in de App Store ${company} en plak de Tenant ID die daar rechtsboven staat. Staat er dezelfde? Vraag dan uw contactpersoon om hulp.`,
    },
  }),
  code: {
    label: 'Uw uitnodigingscode',
    until: (when) => `Geldig tot ${when}. Eenmalig te gebruiken.`,
    copy: 'Kopieer de code',
    copied: 'De code is gekopieerd.',
  },
  forms: {
    tenantId: 'Tenant ID',
    tenantIdHint: 'U mag ook een hele zin of e-mail plakken: wij zoeken de Tenant ID erin.',
    sendTenantId: 'Tenant ID versturen',
    integrated: 'Ik heb op Integrate geklikt',
    tryAgain: 'Ik heb dit gedaan, test opnieuw',
    newCode: 'Vraag een nieuwe code',
    firstCode: 'Vraag een code',
    codeAgain: 'Mail mij de code nog eens',
    more: 'Lukt het niet met deze code?',
  },
  done: {
    'tenant-id': 'Dank u, wij hebben de Tenant ID. Wij testen nu de toegang.',
    integrated: 'Dank u, wij gaan verder. Deze pagina laat zien hoe het gaat.',
    'new-code': 'Uw aanvraag is binnen. De code gaat per e-mail naar de geregistreerde contactpersonen.',
    company: 'Uw aanvraag is binnen. Wij controleren het bedrijf voordat de koppeling actief wordt.',
    mapping: 'Dank u, wij weten nu welke administratie bij welk bedrijf hoort.',
  },
  mapping: {
    heading: 'Welke administratie hoort bij welk bedrijf?',
    what: 'Een koppeling wordt pas actief als dit van elke administratie bekend is.',
    choose: 'Kies een bedrijf',
    notExported: 'Gaat niet naar Visma.net',
    save: 'Opslaan',
  },
  company: {
    heading: 'Nog een bedrijf in Visma.net?',
    what: 'Noem het bedrijf zoals het in Visma.net heet. U krijgt er een eigen code voor; een medewerker registreert het voordat de koppeling actief wordt.',
    name: 'Naam van het bedrijf',
    add: 'Vraag een code voor dit bedrijf',
  },
  notPossible: 'Dit kan nu niet: intussen is er iets veranderd. Hieronder ziet u hoe het er nu voor staat.',
  problems: {
    empty: 'Het veld is leeg. Plak de Tenant ID die u in de App Store heeft gekopieerd.',
    'no-uuid':
      'Hier staat geen Tenant ID in. Een Tenant ID bestaat uit 32 cijfers en letters a tot f met vier streepjes, zoals 8bdf18fd-21cc-11e9-b307-0aa512338dd6.',
    incomplete:
      'Deze Tenant ID is niet compleet of heeft een teken te veel. Kopieer hem helemaal: 8, 4, 4, 4 en 12 tekens met streepjes ertussen.',
    several: 'Hier staat meer dan één Tenant ID in. Plak alleen die van dit bedrijf.',
    code: 'Dit is de uitnodigingscode. Wij hebben de Tenant ID nodig: die staat in de App Store rechtsboven onder uw naam.',
    zeros: 'Deze Tenant ID bestaat uit nullen. Kopieer die van uw bedrijf uit de App Store.',
  },
  guide: {
    heading: 'Waar u het vindt in de Visma App Store',
    openAppStore: 'Open de Visma App Store',
    parts: [
      {
        heading: 'De rol die u nodig heeft',
        paragraphs: [
          'U heeft in Visma de rol Integration Administrator nodig. Heeft u die niet? De Customer Administrator van uw organisatie kan hem geven in Visma Admin.',
        ],
      },
      {
        heading: '1. Kies het bedrijf',
        paragraphs: [
          'Kies rechtsboven met Change organization het bedrijf (Company), niet de klant (Customer). Ze heten vaak hetzelfde: let op het woord erachter.',
          'Twijfelt u? Open in Visma Admin Company, kies het bedrijf, dan Edit en Configuration. De Tenant ID die daar staat, moet dezelfde zijn als in de App Store.',
        ],
      },
      {
        heading: '2. Voer de code in',
        paragraphs: ['Voer de uitnodigingscode in en open Spend Cloud.'],
      },
      {
        heading: '3. Klik op Integrate en op Accept',
        paragraphs: ['Laat alle rechten aan staan.'],
      },
      {
        heading: '4. Kopieer de Tenant ID',
        paragraphs: ['Klik rechtsboven op uw naam. Kopieer de Tenant ID en plak hem op deze pagina.'],
      },
    ],
    drawings: {
      company: 'Tekening: een lijst met twee organisaties van dezelfde naam; die met Company is de juiste.',
      code: 'Tekening: het veld voor de uitnodigingscode met de knop Find app.',
      integrate:
        'Tekening: de kaart van Spend Cloud met de knop Integrate, en een venster met de knop Accept.',
      'tenant-id':
        'Tekening: het menu onder uw naam rechtsboven, met de Tenant ID en een knop om te kopiëren.',
    },
  },
  help: {
    heading: 'Komt u er niet uit?',
    what: 'Laat ons weten waar het niet lukt. Een medewerker die ziet hoe ver u bent, neemt dan contact met u op.',
    topic: 'Waar loopt u tegenaan?',
    choose: 'Kies een onderwerp',
    topics: {
      'cannot-find-integrate-button': 'Ik vind de knop Integrate niet',
      'not-an-administrator': 'Ik heb de rol Integration Administrator niet',
      'wrong-company': 'Ik zie het verkeerde bedrijf',
      'no-code-received': 'Ik heb geen code gekregen',
      'test-keeps-failing': 'De test mislukt steeds',
      other: 'Iets anders',
    },
    company: 'Om welk bedrijf gaat het?',
    noCompany: 'Geen bedrijf in het bijzonder',
    ask: 'Vraag hulp',
    asked: (contact) =>
      `Uw vraag is binnen. Een medewerker van support of uw contactpersoon ${contact} neemt contact op met de geregistreerde contactpersonen. U hoeft dit niet nog eens te vragen en kunt intussen verdergaan.`,
    text: (contact, support) =>
      `Uw contactpersoon is ${contact}. U kunt ook mailen naar ${support}; zet geen code of Tenant ID in die mail.`,
  },
  start: {
    heading: 'Open uw koppelpagina',
    what: 'Op de koppelpagina van uw organisatie staat hoe ver u bent met Visma.net en wat u nu doet. De pagina opent met een link die alleen de geregistreerde contactpersonen krijgen.',
    how: (support) =>
      `Vul uw e-mailadres in; is het bij ons geregistreerd, dan mailen wij de link. Niet geregistreerd? Vraag een collega die dat wel is, of mail ${support}.`,
  },
  closed: {
    heading: 'Deze link werkt niet (meer)',
    what: 'Een link werkt een beperkte tijd en alleen als hij helemaal is overgenomen. Elke nieuwe e-mail over uw koppeling heeft een nieuwe link: gebruik de laatste.',
    how: (support) =>
      `Heeft u geen e-mail met een link die werkt? Vraag hier een nieuwe; wij mailen hem naar de geregistreerde contactpersonen. Of mail ${support}.`,
    email: 'Uw e-mailadres',
    ask: 'Mail een nieuwe link',
    asked:
      'Als deze link of dit adres bij een koppeling hoort, krijgen de geregistreerde contactpersonen binnen enkele minuten een e-mail met een nieuwe link.',
  },
};
