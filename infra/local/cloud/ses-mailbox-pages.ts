import type { Mail } from './ses-mail.ts';

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem; vertical-align: top }
  tbody tr { border-top: 1px solid #d0d7de } th { font-weight: 600 } a { color: #0b5cad }
  iframe { width: 100%; height: 36rem; border: 1px solid #d0d7de; background: #fff }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #d0d7de; padding: 1rem }
  td { overflow-wrap: anywhere } time { white-space: nowrap }
  @media (max-width: 40rem) {
    thead { display: none } tbody tr { display: block; padding: .5rem 0 } th, td { display: block; padding: .1rem 0 }
  }`;

/** Mails, newest first. */
export function listPage(mails: readonly Mail[]): string {
  const rows = mails.map(
    (mail) =>
      `<tr><td><time datetime="${escaped(mail.at)}">${escaped(mail.at.slice(0, 19).replace('T', ' '))}</time></td>` +
      `<td>${escaped(mail.to.join(', '))}</td>` +
      `<td><a href="/mails/${encodeURIComponent(mail.id)}">${escaped(mail.subject || '(no subject)')}</a></td></tr>`,
  );
  const table = `<table><thead><tr><th scope="col">Sent (UTC)</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return page('Mailbox', mails.length === 0 ? '<p>No mail yet. Reload to look again.</p>' : table);
}

/** One mail with its headers, its HTML in a frame without rights, and its text. */
export function mailPage(mail: Mail): string {
  const rows = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ['Cc', mail.cc.join(', ')],
    ['Bcc', mail.bcc.join(', ')],
    ['Reply-To', mail.replyTo.join(', ')],
    ['Subject', mail.subject],
    ['Sent', mail.at],
    ['Message-ID', mail.messageId],
    ['Configuration set', mail.configurationSet ?? ''],
    ...mail.headers.map(({ name, value }) => [name, value]),
    ...Object.entries(mail.tags).map(([name, value]) => [`Tag ${name}`, value]),
  ]
    .filter(([, value]) => value !== '')
    .map(
      ([name = '', value = '']) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
    );
  const attachments = mail.attachments.map(
    ({ fileName, contentType }, index) =>
      `<li><a href="/mails/${encodeURIComponent(mail.id)}/attachments/${index + 1}">${escaped(fileName)}</a> (${escaped(contentType)})</li>`,
  );
  const attached = attachments.length === 0 ? '' : `<h2>Attachments</h2><ul>${attachments.join('')}</ul>`;
  // Links open in a tab of their own; inside the frame nothing runs and nothing reaches this page.
  const frame = `<iframe title="HTML part" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escaped(`<base target="_blank">${mail.html}`)}"></iframe>`;
  const html = mail.html === null ? '' : `<h2>HTML</h2>${frame}`;
  const text = mail.text === null ? '' : `<h2>Text</h2><pre>${escaped(mail.text)}</pre>`;
  return page(
    mail.subject || '(no subject)',
    `<p><a href="/">All mails</a></p><table><tbody>${rows.join('')}</tbody></table>${html}${text}${attached}`,
  );
}

export function notFoundPage(): string {
  return page('Not found', '<p>There is no such page. <a href="/">All mails</a></p>');
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style></head><body><main><h1>${escaped(title)}</h1>${content}</main></body></html>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
