const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Decodes standard base64 with padding (RFC 4648 section 4), or `undefined` when it is anything else: another alphabet,
 * missing padding, line breaks, bits set behind the end. So two texts never mean the same bytes.
 */
export function decodeBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !STANDARD.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** The same for files that tools have wrapped into lines: line breaks are skipped. */
export function decodeWrappedBase64(text: string): Buffer | undefined {
  return decodeBase64(text.replace(/[\r\n]+/g, ''));
}
