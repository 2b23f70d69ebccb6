const BASE64_BITS = 6;
/** Columns after which tools break base64: PEM (RFC 7468), MIME (RFC 2045). */
const WRAPS = [64, 76];
/** Lines of several are forms of their own only from this length on; shorter ones turn up by chance. */
const SHORTEST_LINE = 16;

/**
 * The forms in which a value may show in a log: as it is, in base64 and base64url (alone, and at every offset within longer
 * text, as far as the characters depend on the value only), in hex, in a URL and in JSON. Forms of text only for values that
 * are UTF-8. The lines of a value with several, and of its base64 broken into lines, count by themselves, because logs put
 * things between them. No two are equal.
 */
export function encodedForms(value: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(value);
  const forms = new Map<string, Buffer>();
  const add = (form: Buffer) => forms.set(form.toString('latin1'), form);
  const addText = (form: string) => add(Buffer.from(form));
  add(bytes);
  addText(bytes.toString('hex'));
  addText(bytes.toString('hex').toUpperCase());
  for (const base64 of base64Forms(bytes)) {
    addText(base64);
    addText(base64.replaceAll('+', '-').replaceAll('/', '_'));
  }
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) {
    for (const form of [...urlForms(text), ...jsonForms(text), ...linesOf(text)]) addText(form);
  }
  return [...forms.values()].filter((form) => form.length > 0);
}

function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64');
  const inside = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // Characters at both ends that hold bits of what stands around the value.
    const first = Math.ceil((offset * 8) / BASE64_BITS);
    const end = Math.floor(((offset + bytes.length) * 8) / BASE64_BITS);
    return shifted.slice(first, end);
  });
  const lines = WRAPS.flatMap((width) => whole.match(new RegExp(`.{${SHORTEST_LINE},${width}}`, 'g')) ?? []);
  return [whole, whole.replace(/=+$/, ''), ...inside, ...(whole.length > Math.min(...WRAPS) ? lines : [])];
}

/** Those that say something: not the `-----BEGIN …-----` around a key. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));
}

/** As paths, queries and forms write it, in either case of the digits. */
function urlForms(text: string): string[] {
  const component = encodeURIComponent(text);
  const strict = component.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [component, strict, component.replaceAll('%20', '+'), strict.replaceAll('%20', '+')];
  return [...forms, ...forms.map((form) => form.replace(/%../g, (code) => code.toLowerCase()))];
}

/** As JavaScript, Go (which escapes `<`, `>` and `&`), Python (ASCII only) and PHP (`\/`) write it; and JSON inside JSON. */
function jsonForms(text: string): string[] {
  const inner = (given: string) => JSON.stringify(given).slice(1, -1);
  const plain = inner(text);
  const ascii = plain.replace(/[^\x20-\x7e]/g, escaped);
  const forms = [
    plain,
    plain.replace(/[<>&\u2028\u2029]/g, escaped),
    ascii,
    plain.replaceAll('/', '\\/'),
    ascii.replaceAll('/', '\\/'),
  ];
  return [...forms, inner(plain)];
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
