import type { ParsedTemplate, Pipeline, Statement } from './nodes.ts';
import { MOST_DEPTH, PipelineParser } from './parse-pipeline.ts';
import type { TemplateError } from './template-error.ts';
import { quoteGo, type Token } from './token.ts';
import { ParsingStopped, TokenCursor } from './token-cursor.ts';

export interface ParseOptions {
  /** Shown in errors, for example the file's name. */
  readonly name: string;
  /** Names that may be called. */
  readonly functions: ReadonlySet<string>;
}

/**
 * Parses a Go text/template (level of Go 1.19). Everything that is wrong without knowing any data is found here.
 *
 * @throws TemplateError of kind `parsing`: the first problem
 */
export function parseTemplate(text: string, options: ParseOptions): ParsedTemplate {
  const { template, problems } = parseWithProblems(text, options);
  if (problems[0] !== undefined) throw problems[0];
  return template;
}

/** Parses as far as possible: every problem that can be reached, and what could be read between them. */
export function parseWithProblems(
  text: string,
  options: ParseOptions,
): { readonly template: ParsedTemplate; readonly problems: readonly TemplateError[] } {
  const tokens = new TokenCursor(text, options.name);
  const template = new Parser(tokens, options).parse();
  return { template, problems: tokens.problems };
}

type Ending = 'eof' | 'end' | 'else';

class Parser {
  readonly #tokens: TokenCursor;
  readonly #pipelines: PipelineParser;
  readonly #defined = new Map<string, readonly Statement[]>();
  #depth = 0;
  #ranges = 0;

  constructor(tokens: TokenCursor, { functions }: ParseOptions) {
    this.#tokens = tokens;
    this.#pipelines = new PipelineParser(tokens, functions);
  }

  parse(): ParsedTemplate {
    const body: Statement[] = [];
    try {
      this.#list(['eof'], body);
    } catch (error) {
      if (!(error instanceof ParsingStopped)) throw error;
    }
    return { name: this.#tokens.name, text: this.#tokens.text, body, defined: this.#defined };
  }

  /** Reads statements into `body` up to one of the endings, which is taken, or the end of the text. */
  #list(endings: readonly Ending[], body: Statement[]): Ending {
    if (this.#depth >= MOST_DEPTH) this.#tokens.stop('nested too deeply');
    this.#depth += 1;
    const ending = this.#statements(endings, body);
    this.#depth -= 1;
    return ending;
  }

  #statements(endings: readonly Ending[], body: Statement[]): Ending {
    const tokens = this.#tokens;
    for (;;) {
      const token = tokens.take();
      if (token.kind === 'text') body.push({ kind: 'text', offset: token.offset, text: token.text });
      else if (token.kind === 'eof') {
        if (!endings.includes('eof') && !this.#cutOff) tokens.note('unexpected EOF', token);
        this.#cutOff = true;
        return 'eof';
      } else {
        const result = tokens.attempt(
          () => (token.kind === 'leftDelim' ? this.#action(endings) : tokens.unexpected(token)),
          undefined,
        );
        if (typeof result === 'string') return result;
        if (result !== undefined) body.push(result);
      }
    }
  }

  /** The end of the text was met; inside several blocks it is one problem. */
  #cutOff = false;

  /** An action behind its delimiter: a statement, nothing for a definition, or the ending it is. */
  #action(endings: readonly Ending[]): Statement | Ending | undefined {
    const token = this.#tokens.peekPastSpace();
    if (token.kind !== 'keyword') {
      const pipeline = this.#pipelines.pipeline('command');
      return { kind: 'action', offset: token.offset, pipeline };
    }
    this.#tokens.takePastSpace();
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#control(token, token.text);
      case 'break':
      case 'continue':
        return this.#jump(token, token.text);
      case 'define':
        return this.#define(token);
      case 'block':
        return this.#block(token);
      case 'template':
        return this.#invoke();
      case 'end':
        if (!endings.includes('end')) this.#unexpectedEnding(token);
        this.#tokens.attempt(() => this.#tokens.expect('rightDelim', 'end'), undefined);
        return 'end';
      default:
        return this.#else(token, endings);
    }
  }

  /** Go reads on to the delimiter first, so what is wrong there comes first. */
  #unexpectedEnding(token: Token): never {
    this.#tokens.expect('rightDelim', token.text);
    return this.#tokens.fail(`unexpected {{${token.text}}}`, token);
  }

  #else(token: Token, endings: readonly Ending[]): Ending {
    if (!endings.includes('else')) this.#tokens.fail('unexpected {{else}}', token);
    const next = this.#tokens.peekPastSpace();
    // "else if" is an if of its own inside the else; its "if" stays to be read.
    if (!(next.kind === 'keyword' && next.text === 'if')) {
      this.#tokens.attempt(() => this.#tokens.expect('rightDelim', 'else'), undefined);
    }
    return 'else';
  }

  #control(token: Token, kind: 'if' | 'with' | 'range'): Statement {
    if (this.#depth >= MOST_DEPTH) this.#tokens.stop('nested too deeply');
    this.#depth += 1;
    const outer = this.#pipelines.variables.length;
    const pipeline = this.#tokens.attempt(() => this.#pipelines.pipeline(kind), NOTHING);
    const body: Statement[] = [];
    if (kind === 'range') this.#ranges += 1;
    const ending = this.#list(['end', 'else'], body);
    if (kind === 'range') this.#ranges -= 1;
    const otherwise = ending === 'else' ? this.#otherwise(kind) : [];
    this.#pipelines.variables.length = outer;
    this.#depth -= 1;
    return { kind, offset: token.offset, pipeline, body, otherwise };
  }

  #otherwise(kind: string): readonly Statement[] {
    const tokens = this.#tokens;
    const next = tokens.peekPastSpace();
    const before = tokens.previous();
    // Was the `else` left open for an `if`? Then no delimiter stands between them.
    if (next.kind === 'keyword' && next.text === 'if' && before?.kind === 'keyword' && before.text === 'else') {
      if (kind === 'if') {
        tokens.takePastSpace();
        return [this.#control(next, 'if')];
      }
      tokens.attempt(() => tokens.unexpected(next, 'else'), undefined);
    }
    const body: Statement[] = [];
    this.#list(['end'], body);
    return body;
  }

  #jump(token: Token, kind: 'break' | 'continue'): Statement {
    const next = this.#tokens.takePastSpace();
    if (next.kind !== 'rightDelim') this.#tokens.unexpected(next, `{{${kind}}}`);
    if (this.#ranges === 0) this.#tokens.fail(`{{${kind}}} outside {{range}}`, token);
    return { kind, offset: token.offset };
  }

  #define(token: Token): undefined {
    if (this.#depth > 1) this.#tokens.note('unexpected {{define}}', token);
    const name = this.#tokens.attempt(() => {
      const given = this.#pipelines.quotedText('define clause');
      this.#tokens.expect('rightDelim', 'define clause');
      return given;
    }, undefined);
    this.#definition(name, token);
  }

  #block(token: Token): Statement | undefined {
    const header = this.#tokens.attempt(() => {
      const templateName = this.#pipelines.quotedText('block clause');
      return { templateName, pipeline: this.#pipelines.pipeline('block clause') };
    }, undefined);
    this.#definition(header?.templateName, token);
    return header && { kind: 'template', offset: token.offset, ...header };
  }

  /** The body up to its end; without a name it is only read over. */
  #definition(name: string | undefined, token: Token): void {
    const [variables, ranges] = [this.#pipelines.variables, this.#ranges];
    this.#pipelines.variables = ['$'];
    this.#ranges = 0;
    const body: Statement[] = [];
    this.#list(['end'], body);
    this.#pipelines.variables = variables;
    this.#ranges = ranges;
    if (name === undefined) return;
    const isEmpty = body.every((each) => each.kind === 'text' && each.text.trim() === '');
    const known = this.#defined.get(name);
    if (known !== undefined && known.length > 0 && !isEmpty) {
      this.#tokens.note(`multiple definition of template ${quoteGo(name)}`, token);
    }
    if (known === undefined || !isEmpty) this.#defined.set(name, body);
  }

  #invoke(): Statement {
    const { offset } = this.#tokens.peekPastSpace();
    const templateName = this.#pipelines.quotedText('template clause');
    if (this.#tokens.peekPastSpace().kind === 'rightDelim') {
      this.#tokens.takePastSpace();
      return { kind: 'template', offset, templateName, pipeline: undefined };
    }
    const pipeline = this.#pipelines.pipeline('template clause');
    return { kind: 'template', offset, templateName, pipeline };
  }
}

/** Stands for a condition that cannot be read. */
const NOTHING: Pipeline = { offset: 0, declared: [], assigns: false, commands: [], source: '' };
