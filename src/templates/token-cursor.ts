import { lexTemplate } from './lex.ts';
import { positionOf, TemplateError } from './template-error.ts';
import { describeToken, type Token } from './token.ts';

/** More problems than this are not looked for in one template. */
const MOST_PROBLEMS = 100;

/** Ends the parsing at once; what is wrong stands in the cursor's `problems`. */
export class ParsingStopped extends Error {
  override readonly name = 'ParsingStopped';
}

/** Goes through the tokens of a template and collects what is wrong with it. */
export class TokenCursor {
  readonly text: string;
  readonly name: string;
  readonly problems: TemplateError[] = [];
  readonly #tokens: readonly Token[];
  #next = 0;
  /** Index of the delimiter that opened the action being read. */
  #action = 0;

  constructor(text: string, name: string) {
    this.text = text;
    this.name = name;
    this.#tokens = lexTemplate(text);
  }

  peek(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] ?? END;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind === 'leftDelim') this.#action = this.#next;
    this.#next += 1;
    return token;
  }

  peekPastSpace(): Token {
    while (this.peek().kind === 'space') this.#next += 1;
    return this.peek();
  }

  takePastSpace(): Token {
    this.peekPastSpace();
    return this.take();
  }

  back(): void {
    this.#next -= 1;
  }

  /** The last token before this one that is no space. */
  previous(): Token | undefined {
    let index = this.#next - 1;
    while (this.#tokens[index]?.kind === 'space') index -= 1;
    return this.#tokens[index];
  }

  /** For going {@link rewind} to it. */
  mark(): number {
    return this.#next;
  }

  rewind(mark: number): void {
    this.#next = mark;
  }

  expect(kind: Token['kind'], context: string): void {
    const token = this.takePastSpace();
    if (token.kind !== kind) this.unexpected(token, context);
  }

  unexpected(token: Token, context?: string): never {
    if (token.kind === 'error') return this.fail(token.text, token);
    return this.fail(`unexpected ${describeToken(token)}${context === undefined ? '' : ` in ${context}`}`, token);
  }

  /** What is read cannot be gone on with; {@link attempt} goes on behind the action. */
  fail(problem: string, at: Token = this.peek()): never {
    throw this.#error(problem, at);
  }

  /** Notes what does not keep the rest from being read. */
  note(problem: string, at: Token): void {
    this.#add(this.#error(problem, at));
  }

  /** Notes the problem and ends the parsing. */
  stop(problem: string): never {
    this.#add(this.#error(problem, this.peek()));
    throw new ParsingStopped();
  }

  /** What `work` reads of an action, or `instead` when that fails: then the problem is noted and the action passed over. */
  attempt<T>(work: () => T, instead: T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.#add(error);
      this.#next = this.#action + 1;
      while (INSIDE(this.peek())) this.#next += 1;
      if (this.peek().kind === 'rightDelim' || this.peek().kind === 'error') this.#next += 1;
      return instead;
    }
  }

  #error(problem: string, at: Token): TemplateError {
    return new TemplateError('parsing', positionOf(this.name, this.text, at.offset), problem);
  }

  #add(error: TemplateError): void {
    this.problems.push(error);
    if (this.problems.length >= MOST_PROBLEMS) throw new ParsingStopped();
  }
}

const INSIDE = ({ kind }: Token) => !['rightDelim', 'error', 'leftDelim', 'text', 'eof'].includes(kind);
const END: Token = { kind: 'eof', offset: 0, text: '' };
