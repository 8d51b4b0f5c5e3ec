import type { MailText } from '../../content.ts';

const meanings: Readonly<Record<string, string>> = {
  'identity-mismatch':
    'De gelezen organisatie heeft een ander nummer dan het geregistreerde bedrijf. Goedkeuren vraagt twee verschillende operators.',
  'identity-unclear':
    'De organisatie kon niet met zekerheid aan het geregistreerde bedrijf worden gekoppeld.',
  'client-rejected':
    'Visma Connect weigert onze eigen client. Dit ligt niet aan de klant en raakt elke klant.',
  'visma-unavailable': 'Visma bleef onbereikbaar, ook na alle herhalingen.',
  'attempts-exhausted': 'Het maximum aantal pogingen is bereikt.',
  'mapping-overdue': 'De administraties zijn niet op tijd aan de koppelingen toegewezen.',
  'stock-overdue': 'Er was te lang geen uitnodigingscode in voorraad.',
  'execution-ended': 'De workflow van deze koppeling is gestopt voordat zij klaar was.',
  'step-failed': 'Een stap van de workflow is mislukt, ook na alle herhalingen.',
};

export const attentionNeededNl: MailText = (facts) => ({
  subject: `Actie nodig: ${facts.companyName} (${facts.reason})`,
  preheader: meanings[facts.reason] ?? facts.reason,
  title: 'Een koppeling wacht op een operator',
  intro: [meanings[facts.reason] ?? facts.reason],
  facts: [
    { label: 'Omgeving', value: `${facts.environmentName} (${facts.environmentId})` },
    { label: 'Bedrijf', value: facts.companyName },
    { label: 'Koppeling', value: facts.connectionId },
  ],
  steps: {
    heading: 'Wat u doet',
    items: [
      `Bekijk beide kanten: npm run operator -- show ${facts.connectionId}`,
      'Beslis (decide), of laat verdergaan (retry), of vraag een nieuwe code aan (request-code), of stop (cancel).',
    ],
  },
  outro: [],
});
