const lengthAtMost = 80;
/** Also as a part of something longer. */
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const address = /[a-z][a-z0-9+.-]*:\/|\/\/|www\.|@/i;

/**
 * A company's name as it can be said on a ticket. Customers name companies themselves, so that a name may hold what never
 * stands in an answer: a link, an address, a UUID, the code. `undefined`: it is not said.
 */
export function speakableName(name: string, code: string | undefined): string | undefined {
  const spoken = name.replace(/[\s\p{C}]+/gu, ' ').trim();
  const holdsCode = code !== undefined && spoken.toLowerCase().includes(code.toLowerCase());
  const isSpeakable = spoken !== '' && spoken.length <= lengthAtMost;
  return isSpeakable && !holdsCode && !uuid.test(spoken) && !address.test(spoken) ? spoken : undefined;
}
