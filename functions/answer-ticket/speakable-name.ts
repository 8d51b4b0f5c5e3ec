const lengthAtMost = 80;
/** Also as a part of something longer. */
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const address = /:\/|\/\/|www\.|@/i;
/** What mail programs make a link of without its scheme; `Bol.com B.V.` is a name. */
const path = /[\p{L}\p{N}-]\.[\p{L}\p{N}-]{2,}(?::\d+)?[/?#]/u;

/**
 * A company's name as it can be said on a ticket. Customers name companies themselves, so that a name may hold what never
 * stands in an answer: a link, an address, a UUID, a code, be it another company's. `undefined`: it is not said.
 */
export function speakableName(name: string, codes: readonly string[]): string | undefined {
  // Full-width letters and their like are read, and made links of, as the plain ones.
  const spoken = name
    .normalize('NFKC')
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  const holdsCode = codes.some((code) => spoken.toLowerCase().includes(code.toLowerCase()));
  const isSpeakable = spoken !== '' && spoken.length <= lengthAtMost;
  const isPlain = [uuid, address, path].every((pattern) => !pattern.test(spoken));
  return isSpeakable && !holdsCode && isPlain ? spoken : undefined;
}
