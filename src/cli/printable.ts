/** Text of others for a terminal: what could move its cursor or change its colours is taken out. Line ends become spaces. */
export function printable(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '');
}
