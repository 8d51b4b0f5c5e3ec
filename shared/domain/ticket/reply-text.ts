/**
 * What a person wrote in a message, without the history that the mail program quoted below it. Measured styles are
 * those of the reply-text lab (tickets.md 6), where no parser of npm knew them all. Cutting too much only means that a
 * human reads the ticket; cutting too little could take up an old tenant ID.
 */
export function stripQuotedHistory(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (isQuoted(line)) continue;
    if (isDivider(line) || startsHeaderBlock(lines, index)) break;
    const attribution = attributionLength(lines, index);
    if (attribution > 0) {
      // Below an answer the rest is history; above one (`>` lines follow) only those lines are.
      if (!isQuoted(firstFilled(lines, index + attribution))) break;
      index += attribution - 1;
      continue;
    }
    kept.push(line);
  }
  return kept.join('\n').trim();
}

function isQuoted(line: string): boolean {
  return /^\s*(>|&gt;)/.test(line);
}

/** Lines that only a mail program writes; all below is history. */
const dividers: readonly RegExp[] = [
  /^\s*-{2,}\s*(oorspronkelijk bericht|doorgestuurd bericht|original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}\s*$/i,
  // Zoho Desk: `---- On Mon, 23 Nov 2026 … wrote ----` and its Dutch twin.
  /^\s*-{3,}\s*(on|op|am|le)\s.*-{3,}\s*$/i,
  /^\s*_{10,}\s*$/,
  // Tickets systems' reply markers.
  /^\s*(##-|-{3,})\s*(please type your reply above this line|typ uw antwoord boven deze (lijn|regel)|antwoord boven deze (lijn|regel))/i,
];

/** No mail program writes longer ones; on a hostile line these patterns would take quadratic time. */
const lineLengthAtMost = 600;

function isDivider(line: string): boolean {
  return line.length <= lineLengthAtMost && dividers.some((divider) => divider.test(line));
}

const headerName =
  '(van|from|von|de|verzonden|sent|gesendet|envoyé|datum|date|aan|to|an|à|cc|kopie|onderwerp|subject|betreff|objet)';
const headerLine = new RegExp(`^\\s*[*_]*${headerName}[*_]*\\s*:[*_]*(\\s|$)`, 'i');
const senderLine = /^\s*[*_]*(van|from|von|de)[*_]*\s*:[*_]*(\s|$)/i;

/** Outlook's block (`Van:`, `Verzonden:` …), bold or not, with or without an address: a sender and one more header. */
function startsHeaderBlock(lines: readonly string[], index: number): boolean {
  if (!senderLine.test(lines[index] ?? '')) return false;
  const following = lines
    .slice(index + 1, index + 6)
    .filter((line) => line.trim() !== '')
    .slice(0, 3);
  return following.some((line) => headerLine.test(line));
}

const attributions: readonly RegExp[] = [
  /^\s*(op|on|am|le)\s.{3,300}\s(schreef|geschreven|wrote|schrieb|a écrit)\b[^\n]{0,200}:\s*$/i,
  /^\s*.{1,200}\s(schreef|wrote|schrieb|a écrit)\s(op|on|am|le)\s.{3,200}:\s*$/i,
];

/** How many lines the line that announces a quote takes: mail programs wrap it. 0 when there is none. */
function attributionLength(lines: readonly string[], index: number): number {
  for (let length = 1; length <= 3; length += 1) {
    const part = lines.slice(index, index + length);
    if (part.some((line) => line.trim() === '')) return 0;
    const joined = part.map((line) => line.trim()).join(' ');
    if (joined.length <= lineLengthAtMost && attributions.some((attribution) => attribution.test(joined)))
      return length;
  }
  return 0;
}

function firstFilled(lines: readonly string[], from: number): string {
  return lines.slice(from).find((line) => line.trim() !== '') ?? '';
}
