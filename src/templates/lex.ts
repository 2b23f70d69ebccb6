import { KEYWORDS, type Token, type TokenKind } from './token.ts';

const LEFT = '{{';
const RIGHT = '}}';
const COMMENT_OPEN = '/*';
const COMMENT_CLOSE = '*/';
const SPACE = /[ \t\r\n]/;

/**
 * Splits a template into tokens as Go 1.19's text/template does (https://pkg.go.dev/text/template#hdr-Actions). Unlike Go it
 * goes on behind an `error`, with the text after the next closing delimiter; the last token is `eof`.
 */
export function lexTemplate(text: string): Token[] {
  const lexer = new Lexer(text);
  lexer.run();
  return lexer.tokens;
}

class Lexer {
  readonly tokens: Token[] = [];
  readonly #text: string;
  #at = 0;
  #parens = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): void {
    while (this.#at < this.#text.length) {
      this.#lexText();
      if (this.#at < this.#text.length && !this.#lexAction()) this.#skipAction();
    }
    this.#emit('eof', 0);
  }

  /** Plain text up to the next action. */
  #lexText(): void {
    const text = this.#text;
    const found = text.indexOf(LEFT, this.#at);
    const end = found < 0 ? text.length : found;
    let shown = end;
    if (found >= 0 && hasLeftTrim(text, found))
      while (shown > this.#at && SPACE.test(text[shown - 1] ?? '')) shown -= 1;
    if (shown > this.#at) this.#emit('text', shown - this.#at);
    this.#at = end;
  }

  /** Goes behind the end of the action that an error is in. */
  #skipAction(): void {
    const end = this.#text.indexOf(RIGHT, this.#at);
    this.#at = end < 0 ? this.#text.length : end + RIGHT.length;
  }

  /** One action, from its opening delimiter behind its closing one. False after an error. */
  #lexAction(): boolean {
    const trim = hasLeftTrim(this.#text, this.#at) ? 2 : 0;
    if (this.#startsWith(COMMENT_OPEN, LEFT.length + trim)) return this.#lexComment(LEFT.length + trim);
    this.#emit('leftDelim', LEFT.length);
    this.#at += trim;
    this.#parens = 0;
    for (;;) {
      const right = this.#rightDelim();
      if (right !== undefined) {
        if (this.#parens > 0) return this.#fail('unclosed left paren');
        this.#at += right.trim ? 2 : 0;
        this.#emit('rightDelim', RIGHT.length);
        if (right.trim) this.#trimFollowing();
        return true;
      }
      if (!this.#lexInside()) return false;
    }
  }

  #lexComment(open: number): boolean {
    const close = this.#text.indexOf(COMMENT_CLOSE, this.#at + open);
    if (close < 0) return this.#fail('unclosed comment');
    this.#at = close + COMMENT_CLOSE.length;
    const right = this.#rightDelim();
    if (right === undefined) return this.#fail('comment ends before closing delimiter');
    this.#at += RIGHT.length + (right.trim ? 2 : 0);
    if (right.trim) this.#trimFollowing();
    return true;
  }

  #trimFollowing(): void {
    while (SPACE.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  /** Is this the closing delimiter, and does it trim what follows? */
  #rightDelim(): { trim: boolean } | undefined {
    if (SPACE.test(this.#char(0)) && this.#startsWith(`-${RIGHT}`, 1)) return { trim: true };
    return this.#startsWith(RIGHT, 0) ? { trim: false } : undefined;
  }

  /** One token inside an action. False after an error. */
  #lexInside(): boolean {
    const char = this.#char(0);
    if (char === '') return this.#fail('unclosed action');
    if (SPACE.test(char)) return this.#lexSpace();
    if (char === '"') return this.#lexQuoted('string', '"', 'unterminated quoted string');
    if (char === "'") return this.#lexQuoted('charConstant', "'", 'unterminated character constant');
    if (char === '`') return this.#lexRaw();
    if (char === '$') return this.#lexName('variable');
    if (char === '.' && !/[0-9]/.test(this.#char(1))) return this.#lexName('field');
    if (/[+\-0-9.]/.test(char)) return this.#lexNumber();
    if (isAlphanumeric(char)) return this.#lexIdentifier();
    return this.#lexPunctuation(char);
  }

  #lexPunctuation(char: string): boolean {
    if (char === '|') return this.#emit('pipe', 1);
    if (char === '=') return this.#emit('assign', 1);
    if (char === ':') return this.#char(1) === '=' ? this.#emit('declare', 2) : this.#fail('expected :=');
    if (char === '(') {
      this.#parens += 1;
      return this.#emit('leftParen', 1);
    }
    if (char === ')') {
      this.#parens -= 1;
      if (this.#parens >= 0) return this.#emit('rightParen', 1);
      this.#emit('rightParen', 1);
      return this.#fail("unexpected right paren U+0029 ')'");
    }
    if (/^[\x20-\x7e]$/.test(char)) return this.#emit('char', 1);
    return this.#fail(`unrecognized character in action: ${describeRune(char)}`);
  }

  #lexSpace(): boolean {
    let length = 0;
    while (SPACE.test(this.#char(length))) length += 1;
    // The last of them may belong to a closing delimiter that trims.
    if (this.#startsWith(`-${RIGHT}`, length)) length -= 1;
    return length === 0 ? true : this.#emit('space', length);
  }

  #lexQuoted(kind: TokenKind, quote: string, problem: string): boolean {
    let length = 1;
    for (; ; length += 1) {
      const char = this.#char(length);
      if (char === '' || char === '\n') return this.#fail(problem);
      if (char === '\\') {
        length += 1;
        if (this.#char(length) === '' || this.#char(length) === '\n') return this.#fail(problem);
      } else if (char === quote) return this.#emit(kind, length + 1);
    }
  }

  #lexRaw(): boolean {
    const close = this.#text.indexOf('`', this.#at + 1);
    return close < 0 ? this.#fail('unterminated raw quoted string') : this.#emit('rawString', close + 1 - this.#at);
  }

  /** `.name`, `$name`, and the bare `.` and `$`. */
  #lexName(kind: 'field' | 'variable'): boolean {
    let length = 1;
    while (isAlphanumeric(this.#char(length))) length += this.#char(length).length;
    if (length === 1 && kind === 'field') {
      return this.#terminated(length) ? this.#emit('dot', 1) : this.#badCharacter(length);
    }
    return this.#terminated(length) ? this.#emit(kind, length) : this.#badCharacter(length);
  }

  #lexIdentifier(): boolean {
    let length = 0;
    while (isAlphanumeric(this.#char(length))) length += this.#char(length).length;
    if (!this.#terminated(length)) return this.#badCharacter(length);
    const word = this.#text.slice(this.#at, this.#at + length);
    if (KEYWORDS.has(word)) return this.#emit('keyword', length);
    if (word === 'true' || word === 'false') return this.#emit('bool', length);
    return this.#emit(word === 'nil' ? 'nil' : 'identifier', length);
  }

  #lexNumber(): boolean {
    const rest = this.#text.slice(this.#at);
    const pattern =
      /^[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/;
    const length = pattern.exec(rest)?.[0].length ?? 0;
    if (length === 0 || isAlphanumeric(this.#char(length))) {
      return this.#fail(`bad number syntax: "${rest.slice(0, length + this.#char(length).length)}"`);
    }
    return this.#emit('number', length);
  }

  /** May a name end here? */
  #terminated(ahead: number): boolean {
    const char = this.#char(ahead);
    return char === '' || SPACE.test(char) || '.,|:)('.includes(char) || this.#startsWith(RIGHT, ahead);
  }

  #badCharacter(ahead: number): boolean {
    return this.#fail(`bad character ${describeRune(this.#char(ahead))}`);
  }

  #char(ahead: number): string {
    const code = this.#text.codePointAt(this.#at + ahead);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #startsWith(part: string, ahead: number): boolean {
    return this.#text.startsWith(part, this.#at + ahead);
  }

  #emit(kind: TokenKind, length: number): true {
    this.tokens.push({ kind, offset: this.#at, text: this.#text.slice(this.#at, this.#at + length) });
    this.#at += length;
    return true;
  }

  #fail(problem: string): false {
    this.tokens.push({ kind: 'error', offset: this.#at, text: problem });
    return false;
  }
}

function hasLeftTrim(text: string, at: number): boolean {
  return text[at + LEFT.length] === '-' && SPACE.test(text[at + LEFT.length + 1] ?? '');
}

function isAlphanumeric(char: string): boolean {
  return char === '_' || /^[\p{L}\p{Nd}]$/u.test(char);
}

function describeRune(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char) ? `U+${code} '${char}'` : `U+${code}`;
}
