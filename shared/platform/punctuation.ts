/** A company's name may end with a full stop ("B.V."), and then its sentence has one already. */
export function withSingleStops(text: string): string {
  return text.replace(/(?<!\.)\.\.(?!\.)/g, '.');
}
