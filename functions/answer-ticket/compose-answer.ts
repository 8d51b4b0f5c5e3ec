import type { AnsweredEvent } from '../../shared/contracts/events/event.ts';
import type { Locale } from '../../shared/domain/environment/environment.ts';
import type { TicketAnswer } from '../../shared/domain/ticket/ticket-system.ts';
import type { AnswerFacts, AnswerTexts } from './answers/answer-text.ts';
import { answersEn } from './answers/en.ts';
import { answersNl } from './answers/nl.ts';

const texts: Readonly<Record<Locale, AnswerTexts>> = { nl: answersNl, en: answersEn };

/** The reference tells our answers apart where a ticket system has to be asked whether one is there. */
export function composeAnswer(
  about: AnsweredEvent,
  {
    answerId,
    locale,
    facts,
  }: { readonly answerId: string; readonly locale: Locale; readonly facts: AnswerFacts },
): TicketAnswer {
  const { greeting, reference, answers } = texts[locale];
  const { happened, next } = answers[about](facts);
  const text = [greeting, happened, next, `${reference}: ${answerId.slice(0, 10)}`].join('\n\n');
  return { answerId, about, locale, text };
}
