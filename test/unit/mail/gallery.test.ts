import { convert } from 'html-to-text';
import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../functions/send-mail/compose-mail.ts';
import { mailsOf, noContactReachable } from '../../../functions/send-mail/mails.ts';
import { idOf, renderGallery } from '../../../infra/local/emails/gallery.ts';
import { sampleAddressee, sampleFactsOf, sampleMails } from '../../../infra/local/emails/samples.ts';
import { locales } from '../../../shared/domain/environment/environment.ts';

const shown = sampleMails().flatMap((sample) => locales.map((locale) => ({ sample, locale })));

function compose({ sample: { mail, reason }, locale }: (typeof shown)[number]) {
  const facts = sampleFactsOf({ mail, reason }, locale);
  const composed = composeMail(mail, locale, sampleAddressee(mail), facts);
  return { ...composed, content: mail.texts[locale](facts) };
}

/** Words only: layouts differ, what they say does not. */
const words = (text: string) => text.replaceAll('..', '.').replace(/\s+/g, ' ').trim();

describe('the gallery of mails', () => {
  const page = renderGallery();

  it('shows every mail with each of its reasons in every language', () => {
    const names = new Set([...mailsOf.values()].flatMap((answers) => answers.map(({ mail }) => mail.name)));
    names.add(noContactReachable.name);
    expect(new Set(shown.map(({ sample }) => sample.mail.name))).toEqual(names);
    const ids = [...page.matchAll(/<article id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual(shown.map(({ sample, locale }) => idOf(sample, locale)));
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.match(/<iframe sandbox /g)).toHaveLength(2 * ids.length);
  });

  it('runs and fetches nothing', () => {
    expect(page).toContain('default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;');
    expect(page).not.toMatch(/<script|<img|<link|\ssrc=|sandbox="/);
  });
});

describe.each(shown)('$sample.mail.name $sample.reason in $locale', (one) => {
  const { html, text, content, subject } = compose(one);

  it('fetches and runs nothing, and says its language', () => {
    expect(html).toMatch(new RegExp(`<html[^>]* lang="${one.locale}"`));
    expect(html).not.toMatch(/<script|<link|<iframe|<form|@import|url\(|\son[a-z]+=/i);
    for (const [image] of html.matchAll(/<img[^>]*>/g)) expect(image).toMatch(/ src="data:[^>]* alt="/);
    expect(html).toContain(`<title>${subject.replace(/[&<>"'`=]/g, (sign) => htmlOf(sign))}</title>`);
  });

  it('says the same, step by step, in HTML and in text', () => {
    const seen = words(
      convert(html, {
        wordwrap: false,
        selectors: [
          { selector: 'h1', options: { uppercase: false } },
          { selector: 'h2', options: { uppercase: false } },
          { selector: 'a', options: { ignoreHref: true } },
        ],
      }),
    );
    const plain = words(text);
    const { title, intro, steps, outro, code, facts } = content;
    const said = [
      title,
      ...intro,
      ...(code === undefined ? [] : [code.label, code.value, code.note]),
      ...(facts ?? []).flatMap(({ label, value }) => [label, value]),
      ...(steps === undefined ? [] : [steps.heading]),
      ...(steps?.items ?? []).map((item, index) => `${index + 1}. ${item}`),
      ...outro,
    ].map(words);
    for (const line of said) {
      expect(seen).toContain(line);
      expect(plain).toContain(line);
    }
  });
});

/** As Handlebars encodes it. */
function htmlOf(sign: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return named[sign] ?? `&#x${sign.charCodeAt(0).toString(16).toUpperCase()};`;
}
