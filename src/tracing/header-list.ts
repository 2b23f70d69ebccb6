const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/**
 * Headers as OpenTelemetry writes them: `name=value,name=value`, each percent-encoded ("OTLP Exporter Configuration", after W3C
 * Baggage). Undefined when the text is something else.
 */
export function parseHeaderList(text: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const equals = part.indexOf('=');
    const name = decoded(part.slice(0, Math.max(0, equals)));
    const value = decoded(part.slice(equals + 1));
    if (equals < 0 || name === undefined || value === undefined || !NAME.test(name)) return undefined;
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** Undefined for what is no percent-encoding, or would not be one line of a header. */
function decoded(text: string): string | undefined {
  try {
    const plain = decodeURIComponent(text.trim());
    return /^[\x20-\x7e]*$/.test(plain) ? plain : undefined;
  } catch {
    return undefined;
  }
}
