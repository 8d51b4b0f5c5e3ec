import { composeMail } from '../../../functions/send-mail/compose-mail.ts';
import { type Locale, locales } from '../../../shared/domain/environment/environment.ts';
import { type SampleMail, sampleAddressee, sampleFactsOf, sampleMails } from './samples.ts';

/** Nothing is fetched and nothing runs; a frame's `srcdoc` inherits this. Mails style themselves inline. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const styles = `
  :root { color-scheme: light dark; }
  body { margin: 0; padding: 24px; font: 16px/1.5 system-ui, sans-serif; }
  nav ul { columns: 22rem; padding-left: 18px; }
  article { margin: 48px 0; border-top: 1px solid; padding-top: 12px; }
  h2, h3, dl { margin: 0 0 8px; }
  dt { font-weight: 600; } dd { margin: 0 0 4px; }
  .views { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; }
  figure { margin: 0; } figcaption { margin-bottom: 4px; }
  iframe { height: 900px; border: 1px solid; background: #fff; resize: vertical; max-width: 100%; }
  pre { margin: 0; width: 36rem; max-width: 100%; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/** One page with every mail in every language: as HTML on a desktop and on a phone, and as text. */
export function renderGallery(): string {
  const shown = sampleMails().flatMap((sample) => locales.map((locale) => ({ sample, locale })));
  const links = shown.map(({ sample, locale }) => {
    const id = idOf(sample, locale);
    return `<li><a href="#${encode(id)}">${encode(id)}</a></li>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${encode(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>E-mails of the Visma.net onboarding</title>
<style>${styles}</style>
</head>
<body>
<h1>E-mails of the Visma.net onboarding</h1>
<nav aria-label="E-mails"><ul>${links.join('')}</ul></nav>
<main>
${shown.map(({ sample, locale }) => renderArticle(sample, locale)).join('\n')}
</main>
</body>
</html>
`;
}

/** Also the anchor in the page. */
export function idOf({ mail, reason }: SampleMail, locale: Locale): string {
  return [mail.name, ...(reason === '' ? [] : [reason]), locale].join('.');
}

function renderArticle(sample: SampleMail, locale: Locale): string {
  const { mail, event, reason } = sample;
  const facts = sampleFactsOf({ mail, reason }, locale);
  const { subject, html, text } = composeMail(mail, locale, sampleAddressee(mail), facts);
  const id = encode(idOf(sample, locale));
  const frame = (view: string, width: number) =>
    `<figure><figcaption>${view}, ${width} px</figcaption><iframe sandbox loading="lazy" width="${width}" title="${id}, ${view}" srcdoc="${encode(html)}"></iframe></figure>`;
  return `<article id="${id}">
<h2>${id}</h2>
<dl>
<dt>Event, audience</dt><dd>${encode(event)}, ${encode(mail.audience)}</dd>
<dt>Subject</dt><dd lang="${locale}">${encode(subject)}</dd>
<dt>Preheader</dt><dd lang="${locale}">${encode(mail.texts[locale](facts).preheader)}</dd>
</dl>
<div class="views">
${frame('desktop', 700)}
${frame('phone', 375)}
<figure><figcaption>text</figcaption><pre lang="${locale}">${encode(text)}</pre></figure>
</div>
</article>`;
}

function encode(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
