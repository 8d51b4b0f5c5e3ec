import { convert } from 'html-to-text';
import { stripQuotedHistory } from '../../shared/domain/ticket/reply-text.ts';

interface MessageText {
  readonly text: string;
  readonly html?: string | undefined;
}

/** What the sender wrote himself: the plain text, or the HTML as text, without quoted history. */
export function conversationText(message: MessageText): string {
  return stripQuotedHistory(plainText(message));
}

/** Quoted blocks of HTML become `> ` lines, which the stripping of plain text knows. */
export function plainText({ text, html }: MessageText): string {
  if (text.trim() !== '' || html === undefined) return text;
  return convert(html, {
    wordwrap: false,
    limits: { maxInputLength: 512 * 1024, maxDepth: 200 },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
    ],
  });
}
