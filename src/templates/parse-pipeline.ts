import type { GoValue } from './go-value.ts';
import type { Command, Operand, Pipeline } from './nodes.ts';
import { parseCharacter, parseNumber, unquote } from './parse-constant.ts';
import { quoteGo, type Token } from './token.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Nesting of blocks and parentheses that is taken; deeper templates are refused. */
export const MOST_DEPTH = 200;
/** Variables in scope at once. */
const MOST_VARIABLES = 500;

/** Reads what stands between the delimiters of an action: pipelines of commands of operands. */
export class PipelineParser {
  /** Variables in scope. */
  variables = ['$'];
  readonly #tokens: TokenCursor;
  readonly #functions: ReadonlySet<string>;
  #depth = 0;

  constructor(tokens: TokenCursor, functions: ReadonlySet<string>) {
    this.#tokens = tokens;
    this.#functions = functions;
  }

  pipeline(context: string, end: 'rightDelim' | 'rightParen' = 'rightDelim'): Pipeline {
    const tokens = this.#tokens;
    const start = tokens.peekPastSpace();
    const { declared, assigns } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = tokens.peekPastSpace();
      if (token.kind === end) {
        tokens.takePastSpace();
        break;
      }
      if (!STARTS_OPERAND.has(token.kind)) tokens.unexpected(tokens.takePastSpace(), context);
      commands.push(this.#command());
    }
    if (commands.length === 0) tokens.fail(`missing value for ${context}`);
    for (const [index, { operands }] of commands.entries()) {
      if (index > 0 && operands[0] !== undefined && NOT_EXECUTABLE.has(operands[0].kind)) {
        tokens.fail(`non executable command in pipeline stage ${index + 1}`);
      }
    }
    const assignment = declared.length > 0 ? `${declared.join(', ')} ${assigns ? '=' : ':='} ` : '';
    const source = assignment + commands.map((command) => command.source).join(' | ');
    return { offset: start.offset, declared, assigns, commands, source };
  }

  /** A text in quotes, as names of templates are written. */
  quotedText(context: string): string {
    const token = this.#tokens.takePastSpace();
    if (token.kind !== 'string' && token.kind !== 'rawString') this.#tokens.unexpected(token, context);
    return this.#unquoted(token);
  }

  /** `$x :=`, `$x =` or, in a range, `$i, $x :=`. */
  #declarations(context: string): { declared: readonly string[]; assigns: boolean } {
    const tokens = this.#tokens;
    const start = tokens.mark();
    const declared: string[] = [];
    for (;;) {
      const variable = tokens.takePastSpace();
      if (variable.kind !== 'variable') break;
      const next = tokens.takePastSpace();
      if (next.kind === 'assign' || next.kind === 'declare') {
        const assigns = next.kind === 'assign';
        const all = [...declared, variable.text];
        if (assigns) for (const name of all) this.#known(name, variable);
        else this.variables.push(...all);
        if (this.variables.length > MOST_VARIABLES) tokens.stop('too many variables');
        return { declared: all, assigns };
      }
      if (!(next.kind === 'char' && next.text === ',')) break;
      declared.push(variable.text);
      if (context !== 'range' || declared.length === 2) tokens.fail(`too many declarations in ${context}`);
      if (tokens.peekPastSpace().kind !== 'variable') tokens.fail('range can only initialize variables');
    }
    tokens.rewind(start);
    return { declared: [], assigns: false };
  }

  #command(): Command {
    const tokens = this.#tokens;
    const { offset } = tokens.peekPastSpace();
    const operands: Operand[] = [];
    for (;;) {
      tokens.peekPastSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = tokens.take();
      if (token.kind === 'space') continue;
      if (token.kind === 'rightDelim' || token.kind === 'rightParen') tokens.back();
      else if (token.kind !== 'pipe') tokens.unexpected(token, 'operand');
      break;
    }
    if (operands.length === 0) tokens.fail('empty command');
    return { offset, operands, source: operands.map((operand) => operand.source).join(' ') };
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.#tokens.peek().kind !== 'field') return term;
    const { offset } = this.#tokens.peek();
    const names: string[] = [];
    while (this.#tokens.peek().kind === 'field') names.push(this.#tokens.take().text.slice(1));
    const source = term.source + names.map((name) => `.${name}`).join('');
    switch (term.kind) {
      case 'field':
        return { ...term, offset, source, names: [...term.names, ...names] };
      case 'variable':
        return { ...term, offset, source, names: [...term.names, ...names] };
      case 'constant':
      case 'nil':
      case 'dot':
        return this.#tokens.fail(`unexpected . after term ${quoteGo(term.source)}`);
      default:
        return { kind: 'chain', offset, source, base: term, names };
    }
  }

  #term(): Operand | undefined {
    const tokens = this.#tokens;
    const token = tokens.takePastSpace();
    const { offset, text: source } = token;
    const constant = (value: GoValue): Operand => ({ kind: 'constant', offset, source, value });
    switch (token.kind) {
      case 'identifier':
        if (!this.#functions.has(source)) tokens.note(`function ${quoteGo(source)} not defined`, token);
        return { kind: 'identifier', offset, source, functionName: source };
      case 'dot':
        return { kind: 'dot', offset, source };
      case 'nil':
        return { kind: 'nil', offset, source };
      case 'variable':
        this.#known(source, token);
        return { kind: 'variable', offset, source, variable: source, names: [] };
      case 'field':
        return { kind: 'field', offset, source, names: [source.slice(1)] };
      case 'bool':
        return constant(source === 'true');
      case 'number':
        return constant(parseNumber(source) ?? tokens.fail(`illegal number syntax: ${quoteGo(source)}`, token));
      case 'charConstant':
        return constant(parseCharacter(source) ?? tokens.fail(`malformed character constant: ${source}`, token));
      case 'string':
      case 'rawString':
        return constant(this.#unquoted(token));
      case 'leftParen':
        return this.#parenthesized(offset);
      default:
        tokens.back();
        return undefined;
    }
  }

  #parenthesized(offset: number): Operand {
    if (this.#depth >= MOST_DEPTH) this.#tokens.stop('nested too deeply');
    this.#depth += 1;
    try {
      const pipeline = this.pipeline('parenthesized pipeline', 'rightParen');
      return { kind: 'pipeline', offset, source: `(${pipeline.source})`, pipeline };
    } finally {
      this.#depth -= 1;
    }
  }

  #known(variable: string, token: Token): void {
    if (!this.variables.includes(variable)) this.#tokens.note(`undefined variable ${quoteGo(variable)}`, token);
  }

  #unquoted(token: Token): string {
    return unquote(token.text) ?? this.#tokens.fail('invalid syntax', token);
  }
}

const STARTS_OPERAND: ReadonlySet<Token['kind']> = new Set([
  'bool',
  'charConstant',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

const NOT_EXECUTABLE: ReadonlySet<Operand['kind']> = new Set(['constant', 'dot', 'nil']);
