import type { Skeleton } from './skeleton.ts';

/** Characters that a shell gives no meaning to. */
const PLAIN = /^[A-Za-z0-9_./:@%+,=-]+$/;
/** Places inside other places, which are not read here. */
const NESTED = /^(?:`|\$\(|\$'|\$\{|<<)/;

type State = 'bare' | 'double' | 'single' | 'comment';

/**
 * Values in a POSIX shell text (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_02). Behind
 * the first substitution, `${…}` or here-document only plain values are taken.
 */
export function fitShell(skeleton: Skeleton): string {
  const { text } = skeleton;
  const scan = new ShellScan(text);
  let output = '';
  let at = 0;
  for (const { word, start, end } of skeleton.places()) {
    scan.to(start);
    output += text.slice(at, start) + written(skeleton, word, scan, text[start - 1]);
    scan.pass(end);
    at = end;
  }
  return output + text.slice(at);
}

function written(skeleton: Skeleton, word: string, scan: ShellScan, before: string | undefined): string {
  const value = skeleton.valueOf(word);
  if (value.includes('\0')) skeleton.refuse(word);
  if (scan.nested || scan.escaped) return PLAIN.test(value) ? value : skeleton.refuse(word);
  const fitting = WRITE[scan.state](value, before);
  if (fitting === undefined || (skeleton.strict && fitting !== value)) skeleton.refuse(word);
  return fitting;
}

const WRITE: Readonly<Record<State, (value: string, before: string | undefined) => string | undefined>> = {
  bare: (value, before) => {
    const plain = value === '' ? before === '=' : PLAIN.test(value);
    return plain ? value : `'${value.replaceAll("'", "'\\''")}'`;
  },
  double: (value) => value.replace(/["\\$`]/g, '\\$&'),
  single: (value) => value.replaceAll("'", "'\\''"),
  comment: (value) => (/[\r\n]/.test(value) ? undefined : value),
};

/** Goes through a shell text and knows in what it is. */
class ShellScan {
  state: State = 'bare';
  /** Behind a backslash. */
  escaped = false;
  nested = false;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  to(end: number): void {
    while (this.#at < end) this.#step(this.#text[this.#at++] ?? '');
  }

  /** Goes over what is known to have no meaning. */
  pass(end: number): void {
    this.#at = end;
    this.escaped = false;
  }

  #step(char: string): void {
    if (this.state === 'comment') {
      if (char === '\n') this.state = 'bare';
      return;
    }
    if (this.state === 'single') {
      if (char === "'") this.state = 'bare';
      return;
    }
    if (this.escaped) {
      this.escaped = false;
      return;
    }
    if (char === '\\') this.escaped = true;
    else if (char === '"') this.state = this.state === 'double' ? 'bare' : 'double';
    else if (char === "'" && this.state === 'bare') this.state = 'single';
    else if (char === '#' && this.state === 'bare' && /^[\s;&|(]?$/.test(this.#text[this.#at - 2] ?? ''))
      this.state = 'comment';
    else if (NESTED.test(this.#text.slice(this.#at - 1, this.#at + 1))) this.nested = true;
  }
}
