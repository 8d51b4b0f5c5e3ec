/**
 * What a message asks for or says, in Dutch or English. The words are data: a sentence counts when it holds one of
 * each needed group and none of the excluding ones. What is not recognised stays with the humans who read the desk.
 */
export interface Intent {
  readonly asksForCode: boolean;
  readonly saysIntegrated: boolean;
}

interface Pattern {
  /** One of each group must occur. */
  readonly needs: readonly (readonly RegExp[])[];
  readonly excludes: readonly RegExp[];
  readonly questionCounts: boolean;
}

const codeWords = [
  /\b(uitnodigings?|koppel|activatie)-?\s?codes?\b/,
  /\b(invitation|invite|activation)[-\s]codes?\b/,
  /\bcodes?\b.{0,40}\b(visma|app\s?store)\b/,
  /\bvisma(\.net)?\b.{0,40}\bcodes?\b/,
];
/** On a ticket about our codes nobody says which code he means; the mails ask for a reply of "nieuwe code". */
const codeWordsOnOurTicket = [...codeWords, /\bcodes?\b/];
const connectWords = [
  /\bvisma(\.net)?\b.{0,60}\b(koppelen|aansluiten|koppeling\s(maken|leggen|opzetten|activeren)|connect(ed)?|set\s?up)\b/,
  /\b(koppelen|aansluiten|koppeling\s(maken|leggen|opzetten|activeren)|connect|set\s?up)\b.{0,60}\bvisma\b/,
];
const askingWords = [
  /\b(graag|aub|a\.u\.b|alstublieft|alsjeblieft|verzoek(en)?|aanvra(ag|gen)|aangevraagd|nodig|wil(len)?|wensen|mag|mogen|kun(t|nen)?|kan|zou(den)?|stuur|sturen|nieuwe)\b/,
  /\bvra(ag|gen)\b.{0,60}\baan\b/,
  /\bgeen\b.{0,40}\b(ontvangen|gekregen|binnen)\b/,
  /\b(please|request(ing)?|need|would\s(like|you)|want|can\s(you|we|i)|could|may\s(we|i)|send|new)\b/,
  /(\b(not|never|no)|n['’]t)\b.{0,30}\b(receive|received|got|arrived)\b/,
];
/** Had it already, does not want it, or asks about it rather than for it. */
const notAsking = [
  /\b(geen|niet)\b.{0,40}\b(nodig|willen|wil|aanvragen|gewenst)\b/,
  /\b(nodig|willen|wil)\b.{0,10}\b(niet|geen)\b/,
  /(\b(not|no\slonger|never|without)|n['’]t)\b.{0,30}\b(need|want|require|request)/,
  /\bno\s(need|new)\b/,
  /\b(heb|hebben|is|zijn)\b(?!.{0,40}\b(geen|niet|nooit)\b).{0,60}\b(ontvangen|binnen|gekregen|gebruikt|ingevoerd|ingevuld)\b/,
  /\b(have|has|had|we|i|['’]ve)\b(?!.{0,20}\b(not|never|no)\b|n['’]t).{0,40}\b(received|got|used|entered)\b/,
  /\b(dank|bedankt|thanks|thank\syou)\b.{0,20}\b(voor|for)\b/,
  /\b(vraag|vragen|question)s?\b.{0,20}\b(over|about)\b/,
  /^\s*(hoe|waar|wat|waarom|wanneer|welke|how|where|what|why|when|which)\b/,
];
const inTrouble = [
  /\b(fout|foutmelding|fouten|probleem|problemen|storing|mislukt|lukt|werkt)\b/,
  /\b(errors?|problems?|issues?|fails?|failed|failing|broken|works?|working)\b/,
];

const asksForCode: readonly Pattern[] = [
  { needs: [codeWords, askingWords], excludes: notAsking, questionCounts: true },
  { needs: [connectWords, askingWords], excludes: [...notAsking, ...inTrouble], questionCounts: true },
];

const asksForCodeOnOurTicket: readonly Pattern[] = [
  { needs: [codeWordsOnOurTicket, askingWords], excludes: notAsking, questionCounts: true },
  ...asksForCode,
];

const integratedWords = [
  /\bop\s+["'“‘]?(integreren|integreer|integrate)["'”’]?\s+(geklikt|gedrukt)\b/,
  /\b(geklikt|gedrukt)\s+op\s+["'“‘]?(de\s+knop\s+)?["'“‘]?(integreren|integreer|integrate)\b/,
  /\b(heb|hebben|is|zijn)\b.{0,60}\bgeïntegreerd\b/,
  /\b(heb|hebben|is|zijn)\b.{0,60}\bgeintegreerd\b/,
  /\b(integratie|koppeling)\b.{0,40}\b(gelukt|voltooid|afgerond|geaccepteerd|geslaagd|gelegd|geactiveerd|klaar)\b/,
  /\b(clicked|pressed)\s+(on\s+)?(the\s+)?["'“‘]?integrate\b/,
  /\b(have|has|had|been|is|are|was|we|i)\b.{0,40}\bintegrated\b/,
  /\bintegration\b.{0,40}\b(done|complete(d)?|finished|accepted|successful|succeeded)\b/,
];
/** Not yet, not possible, only if or when, or an instruction. */
const notDone = [
  /\b(niet|geen|nooit|nog\sgeen|zonder|mislukt|lukt)\b/,
  /\b(not|no|never|haven['’]?t|hasn['’]?t|didn['’]?t|don['’]?t|can['’]?t|cannot|couldn['’]?t|isn['’]?t|wasn['’]?t|unable|failed|without)\b/,
  /\b(als|zodra|wanneer|nadat|voordat|indien|moet(en)?|zal|zullen|ga|gaan|wil|willen|morgen|straks)\b/,
  /\b(if|once|when|after|before|until|must|should|will|going\sto|tomorrow|need\sto)\b/,
];

const saysIntegrated: readonly Pattern[] = [
  { needs: [integratedWords], excludes: notDone, questionCounts: false },
];

/**
 * `text` is what the person wrote, without quoted history; see `stripQuotedHistory`. `isOurTicket`: the ticket is about
 * connections already, so that "a new code" can only be ours.
 */
export function recogniseIntent(text: string, isOurTicket = false): Intent {
  const sentences = sentencesOf(text);
  return {
    asksForCode: sentences.some((sentence) =>
      fits(sentence, isOurTicket ? asksForCodeOnOurTicket : asksForCode),
    ),
    saysIntegrated: sentences.some((sentence) => fits(sentence, saysIntegrated)),
  };
}

/** A subject such as `Uitnodigingscode Visma.net` has no verb: naming the code is asking for it. */
export function subjectAsksForCode(subject: string): boolean {
  const sentence = normalise(subject);
  return (
    !isAnswering(sentence) &&
    holdsOneOf(sentence, codeWords) &&
    !holdsOneOf(sentence, [...notAsking, ...inTrouble])
  );
}

/** Also by itself: an auto-responder whose mail opens a ticket of its own would be answered there, without end. */
function isAnswering(subject: string): boolean {
  return /^\s*(\[?\(?auto(matisch|matic|-?reply)?\b|(re|aw|antw|fw|fwd|doorst)\s*:|out\sof\s(the\s)?office|afwezig|niet\saanwezig|undeliver|onbestelbaar|delivery\sstatus|mail\sdelivery)/.test(
    subject,
  );
}

/** Whether the text speaks of a tenant at all: outside a known ticket, a UUID alone could be anything. */
export function speaksOfTenant(text: string): boolean {
  return /\btenant/i.test(text);
}

function fits(sentence: string, patterns: readonly Pattern[]): boolean {
  return patterns.some(
    (pattern) =>
      (pattern.questionCounts || !sentence.endsWith('?')) &&
      pattern.needs.every((group) => holdsOneOf(sentence, group)) &&
      !holdsOneOf(sentence, pattern.excludes),
  );
}

function holdsOneOf(sentence: string, words: readonly RegExp[]): boolean {
  return words.some((word) => word.test(sentence));
}

/** Mail programs wrap lines, so only blank lines and closing punctuation end a sentence; `Visma.net` does not. */
function sentencesOf(text: string): readonly string[] {
  return normalise(text)
    .split(/\n\s*\n|(?<=[.!?])\s+/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}

function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
