import { randomBytes } from 'node:crypto';

/** Something that must not show: its name for messages, and every form it could show in. */
export interface Canary {
  readonly name: string;
  readonly text: string;
}

/** Text that is unique and looks different in every encoding. */
export function canary(name: string): Canary {
  return { name, text: `Kana-${randomBytes(9).toString('hex')}/"ü&+` };
}

/** Shorter ones could stand somewhere by chance. */
const SHORTEST_WORD = 12;

/** The forms in which a text could leak. Base64 is searched at all three alignments, without the ends that vary. */
export function formsOf(text: string): Record<string, string> {
  const bytes = Buffer.from(text, 'utf8');
  const forms: Record<string, string> = {
    plain: text,
    'in JSON': JSON.stringify(text).slice(1, -1),
    'in JSON twice': JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
    'in a URL': encodeURIComponent(text),
    'as latin1': bytes.toString('latin1'),
    hex: bytes.toString('hex'),
    'in upper-case hex': bytes.toString('hex').toUpperCase(),
    'as UTF-16': Buffer.from(text, 'utf16le').toString('latin1'),
    'as UTF-16 in hex': Buffer.from(text, 'utf16le').toString('hex'),
  };
  // Whatever a table, a log or a shell does to the characters around it.
  const word = (text.match(/[A-Za-z0-9]+/g) ?? []).reduce(
    (longest, each) => (each.length > longest.length ? each : longest),
    '',
  );
  if (word.length >= SHORTEST_WORD) forms['its longest word'] = word;
  for (const shift of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const inner = shifted.slice(shift === 0 ? 0 : 4, -2);
    forms[`base64+${shift}`] = inner;
    forms[`base64url+${shift}`] = inner.replaceAll('+', '-').replaceAll('/', '_');
  }
  return forms;
}

/** Where something was looked for: a place and everything that lies there. */
export type Haystack = readonly (readonly [place: string, content: string])[];

/** Every canary in every form in every place: `canary <form> at <place>`. Empty when nothing leaked. */
export function findLeaks(canaries: readonly Canary[], haystack: Haystack): string[] {
  const leaks = new Set<string>();
  for (const { name, text } of canaries) {
    for (const [form, needle] of Object.entries(formsOf(text))) {
      for (const [place, content] of haystack) if (content.includes(needle)) leaks.add(`${name} ${form} at ${place}`);
    }
  }
  return [...leaks];
}
