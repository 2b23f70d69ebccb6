import { countProblem, executionError, noEntry, type Place } from './execution-error.ts';
import { printValue, refuseOpaque } from './format-value.ts';
import { FunctionError } from './function-error.ts';
import {
  entryOf,
  type GoMap,
  type GoValue,
  isList,
  isMap,
  isOpaque,
  isTrue,
  type OpaqueMap,
  sortedEntries,
  typeName,
} from './go-value.ts';
import type { Command, Operand, ParsedTemplate, Pipeline, Statement } from './nodes.ts';
import { type FunctionUse, type OutputPiece, pieceOf } from './output-piece.ts';
import type { TemplateFunction } from './template-function.ts';
import { quoteGo } from './token.ts';

/** What one execution may use at most; a template that wants more fails. */
export interface TemplateLimits {
  /** Statements, commands and operands evaluated, and what functions go through, see {@link PER_STEP}. */
  readonly steps: number;
  /** Blocks, parentheses and templates inside each other. */
  readonly depth: number;
  /** Length of the output, and of any text on the way, in UTF-16 units. */
  readonly output: number;
}

export const DEFAULT_LIMITS: TemplateLimits = { steps: 100_000, depth: 500, output: 1024 * 1024 };

export interface ExecuteOptions {
  readonly functions: Readonly<Record<string, TemplateFunction>>;
  readonly limits?: TemplateLimits;
  /** Is told how many steps were used, also when the execution fails. */
  readonly onSteps?: (steps: number) => void;
}

/**
 * Executes a parsed template. Synchronous and without any effect: it sees only `data` and the functions given. What an
 * opaque map's `get` throws beside {@link FunctionError} comes out as it is.
 *
 * A missing key is an error, but in a condition (the pipeline of `if` and `with`, and direct arguments of functions that are
 * lenient) it counts as empty, so that optional secrets can be written down.
 *
 * @throws TemplateError of kind `execution`; its message never contains a value
 */
export function executeTemplate(template: ParsedTemplate, data: GoValue, options: ExecuteOptions): OutputPiece[] {
  return new Execution(template, options).run(data);
}

/** Characters that a function may go through for one step. */
const PER_STEP = 64;

interface Variable {
  readonly name: string;
  value: GoValue;
}

interface Scope {
  readonly dot: GoValue;
  readonly variables: Variable[];
  /** Of the template being executed, for errors. */
  readonly templateName: string;
  /** Inside a condition. */
  readonly lenient: boolean;
}

type Flow = 'go on' | 'break' | 'continue';

class Execution {
  readonly #template: ParsedTemplate;
  readonly #functions: ReadonlyMap<string, TemplateFunction>;
  readonly #limits: TemplateLimits;
  readonly #onSteps: ((steps: number) => void) | undefined;
  readonly #output: OutputPiece[] = [];
  #length = 0;
  #steps = 0;
  #depth = 0;
  #lastCall: FunctionUse | undefined;

  constructor(template: ParsedTemplate, { functions, limits = DEFAULT_LIMITS, onSteps }: ExecuteOptions) {
    this.#template = template;
    this.#functions = new Map(Object.entries(functions));
    this.#limits = limits;
    this.#onSteps = onSteps;
  }

  run(data: GoValue): OutputPiece[] {
    const { name, body } = this.#template;
    try {
      this.#walk(body, { dot: data, variables: [{ name: '$', value: data }], templateName: name, lenient: false });
    } finally {
      this.#onSteps?.(this.#steps);
    }
    return this.#output;
  }

  #walk(body: readonly Statement[], scope: Scope): Flow {
    this.#enter(body[0], scope);
    let flow: Flow = 'go on';
    for (const statement of body) {
      flow = this.#statement(statement, scope);
      if (flow !== 'go on') break;
    }
    this.#depth -= 1;
    return flow;
  }

  #enter(at: { readonly offset: number } | undefined, scope: Scope): void {
    this.#depth += 1;
    if (this.#depth > this.#limits.depth) {
      this.#fail({ offset: at?.offset ?? 0, source: '' }, scope, 'exceeded maximum template depth');
    }
  }

  #statement(statement: Statement, scope: Scope): Flow {
    this.#step(statement, scope);
    switch (statement.kind) {
      case 'text':
        this.#write({ text: statement.text, offset: statement.offset }, scope);
        return 'go on';
      case 'action':
        return this.#action(statement.pipeline, scope);
      case 'if':
      case 'with':
        return this.#condition(statement, scope);
      case 'range':
        return this.#range(statement, scope);
      case 'template':
        return this.#invoke(statement, scope);
      default:
        return statement.kind;
    }
  }

  #action(pipeline: Pipeline, scope: Scope): Flow {
    this.#lastCall = undefined;
    const value = this.#pipeline(pipeline, scope);
    if (pipeline.declared.length > 0) return 'go on';
    const text = this.#guarded(pipeline, scope, '', () => printValue(value));
    this.#write(pieceOf(pipeline, value, text, this.#lastCall), scope);
    return 'go on';
  }

  #condition(statement: Extract<Statement, { kind: 'if' | 'with' | 'range' }>, scope: Scope): Flow {
    const outer = scope.variables.length;
    const value = this.#pipeline(statement.pipeline, { ...scope, lenient: true });
    const dot = statement.kind === 'with' && isTrue(value) ? value : scope.dot;
    const flow = this.#walk(isTrue(value) ? statement.body : statement.otherwise, { ...scope, dot });
    scope.variables.length = outer;
    return flow;
  }

  #range(statement: Extract<Statement, { kind: 'if' | 'with' | 'range' }>, scope: Scope): Flow {
    const { pipeline } = statement;
    const outer = scope.variables.length;
    const value = this.#pipeline({ ...pipeline, declared: [] }, scope);
    const items = this.#guarded(pipeline.commands.at(-1) ?? pipeline, scope, '', () => itemsOf(value));
    this.#steps += Math.ceil(items.length / PER_STEP);
    for (const [key, item] of items) {
      this.#step(pipeline, scope);
      const inner = scope.variables.length;
      this.#bindRange(pipeline, [key, item], scope);
      const flow = this.#walk(statement.body, { ...scope, dot: item });
      scope.variables.length = inner;
      if (flow === 'break') break;
    }
    // As in Go, a break in here ends this range, a continue goes on with the one around it.
    const flow = items.length === 0 ? this.#walk(statement.otherwise, scope) : 'go on';
    scope.variables.length = outer;
    return flow === 'continue' ? flow : 'go on';
  }

  /** `range $item := …` and `range $key, $item := …`. */
  #bindRange({ declared, assigns }: Pipeline, [key, item]: readonly [GoValue, GoValue], { variables }: Scope): void {
    const values = declared.length === 2 ? [key, item] : [item];
    for (const [index, name] of declared.entries()) {
      if (assigns) assign(variables, name, values[index] ?? null);
      else variables.push({ name, value: values[index] ?? null });
    }
  }

  #invoke(statement: Extract<Statement, { kind: 'template' }>, scope: Scope): Flow {
    const { templateName, pipeline } = statement;
    const at = {
      offset: statement.offset,
      source: `{{template ${quoteGo(templateName)}${pipeline === undefined ? '' : ` ${pipeline.source}`}}}`,
    };
    const body = this.#template.defined.get(templateName);
    if (body === undefined) this.#fail(at, scope, `template ${quoteGo(templateName)} not defined`);
    const dot = pipeline === undefined ? null : this.#pipeline(pipeline, scope);
    this.#walk(body ?? [], { dot, variables: [{ name: '$', value: dot }], templateName, lenient: false });
    return 'go on';
  }

  #pipeline(pipeline: Pipeline, scope: Scope): GoValue {
    let value: GoValue | undefined;
    for (const [index, command] of pipeline.commands.entries()) {
      const next = pipeline.commands[index + 1];
      const lenient = scope.lenient || (next !== undefined && this.#takesMissing(next));
      value = this.#command(command, lenient === scope.lenient ? scope : { ...scope, lenient }, value);
    }
    const result = value ?? null;
    for (const name of pipeline.declared) {
      if (pipeline.assigns) assign(scope.variables, name, result);
      else scope.variables.push({ name, value: result });
    }
    return result;
  }

  #takesMissing({ operands: [first] }: Command): boolean {
    return first?.kind === 'identifier' && this.#functions.get(first.functionName)?.lenient === true;
  }

  /** `final`: what the stage before this one in the pipeline gave. */
  #command(command: Command, scope: Scope, final: GoValue | undefined): GoValue {
    this.#step(command, scope);
    const [first, ...args] = command.operands;
    if (first === undefined) return this.#fail(command, scope, 'empty command');
    if (first.kind === 'identifier') return this.#call(first.functionName, command, args, scope, final);
    if (first.kind === 'nil') this.#fail(first, scope, 'nil is not a command');
    if (args.length > 0 || final !== undefined) this.#refuseArguments(first, scope);
    return this.#operand(first, scope);
  }

  #refuseArguments(first: Operand, scope: Scope): never {
    const named =
      first.kind === 'field' || first.kind === 'chain' || (first.kind === 'variable' && first.names.length > 0);
    const problem = named
      ? `${first.names.at(-1)} is not a method but has arguments`
      : `can't give argument to non-function ${first.source}`;
    return this.#fail(first, scope, problem);
  }

  #call(
    name: string,
    command: Pick<Command, 'offset' | 'source'>,
    operands: readonly Operand[],
    scope: Scope,
    final: GoValue | undefined,
  ): GoValue {
    const called = this.#functions.get(name);
    if (called === undefined) return this.#fail(command, scope, `${quoteGo(name)} is not a defined function`);
    const count = operands.length + (final === undefined ? 0 : 1);
    const miscounted = countProblem(name, called, count);
    if (miscounted !== undefined) this.#fail({ ...command, source: name }, scope, miscounted);
    const inner = called.lenient === true ? { ...scope, lenient: true } : scope;
    const args: GoValue[] = [];
    for (const operand of operands) {
      args.push(this.#operand(operand, inner));
      if (settles(name, args)) break;
    }
    if (final !== undefined && !settles(name, args)) args.push(final);
    this.#weigh(name, args, command, scope);
    const use = {
      isConstant: (index: number) => operands[index]?.kind === 'constant',
      mostText: this.#limits.output,
    };
    const result = this.#guarded(command, scope, `error calling ${name}: `, () => called.call(args, use));
    if (typeof result === 'string' && result.length > this.#limits.output) {
      this.#fail(command, scope, `the result of ${name} is too long`);
    }
    this.#lastCall = { name, args };
    return result;
  }

  /** What a function is given counts as work, and is bounded. */
  #weigh(name: string, args: readonly GoValue[], at: Place, scope: Scope): void {
    const weight = args.reduce((sum: number, arg) => sum + weightOf(arg), 0);
    if (weight > this.#limits.output) this.#fail(at, scope, `what ${name} is given is too long`);
    this.#steps += Math.ceil(weight / PER_STEP);
    this.#step(at, scope);
  }

  #operand(operand: Operand, scope: Scope): GoValue {
    this.#step(operand, scope);
    switch (operand.kind) {
      case 'constant':
        return operand.value;
      case 'nil':
        return null;
      case 'dot':
        return scope.dot;
      case 'field':
        return this.#fields(scope.dot, operand.names, operand, scope);
      case 'variable': {
        const variable = scope.variables.findLast((each) => each.name === operand.variable);
        if (variable === undefined) return this.#fail(operand, scope, `undefined variable: ${operand.variable}`);
        return this.#fields(variable.value, operand.names, operand, scope);
      }
      case 'identifier':
        return this.#call(operand.functionName, operand, [], scope, undefined);
      case 'chain':
        return this.#fields(this.#operand(operand.base, scope), operand.names, operand, scope);
      case 'pipeline': {
        this.#enter(operand, scope);
        const value = this.#pipeline(operand.pipeline, scope);
        this.#depth -= 1;
        return value;
      }
    }
  }

  #fields(base: GoValue, names: readonly string[], at: Operand, scope: Scope): GoValue {
    let value = base;
    for (const name of names) {
      if (value === null) this.#fail(at, scope, `nil data; no entry for key ${quoteGo(name)}`);
      if (!isMap(value) && !isOpaque(value)) {
        return this.#fail(at, scope, `can't evaluate field ${name} in type ${value === base ? typeName(value) : ANY}`);
      }
      const holder: GoMap | OpaqueMap = value;
      const entry = this.#guarded(at, scope, '', () => entryOf(holder, name));
      if (entry === undefined) {
        if (scope.lenient && (isOpaque(holder) || holder.optional)) return '';
        return this.#fail(at, scope, noEntry(name));
      }
      value = entry;
    }
    return value;
  }

  #write(piece: OutputPiece, scope: Scope): void {
    this.#length += piece.text.length;
    if (this.#length > this.#limits.output) {
      this.#fail({ offset: piece.offset, source: '' }, scope, 'the output is too long');
    }
    if (piece.text !== '' || piece.value !== undefined) this.#output.push(piece);
  }

  #step(at: { readonly offset: number }, scope: Scope): void {
    this.#steps += 1;
    if (this.#steps > this.#limits.steps) this.#fail({ ...at, source: '' }, scope, 'too many steps');
  }

  #guarded<T>(at: Place, scope: Scope, prefix: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof FunctionError) return this.#fail(at, scope, prefix + error.message);
      throw error;
    }
  }

  #fail(at: Place, { templateName }: Scope, problem: string): never {
    throw executionError(this.#template, templateName, at, problem);
  }
}

/** The static type of a map's entries. */
const ANY = 'interface {}';

function assign(variables: readonly Variable[], name: string, value: GoValue): void {
  const variable = variables.findLast((each) => each.name === name);
  if (variable !== undefined) variable.value = value;
}

function itemsOf(value: GoValue): readonly (readonly [GoValue, GoValue])[] {
  if (value === null) return [];
  if (isList(value)) return value.map((item, index) => [BigInt(index), item] as const);
  if (isMap(value)) return sortedEntries(value);
  if (isOpaque(value)) return refuseOpaque(value);
  throw new FunctionError(`range can't iterate over a value of type ${typeName(value)}`);
}

function weightOf(value: GoValue): number {
  if (typeof value === 'string') return value.length;
  if (isList(value)) return value.reduce((sum: number, item) => sum + 1 + weightOf(item), 0);
  return 1;
}

/** `and` and `or` look no further than they must. */
function settles(name: string, args: readonly GoValue[]): boolean {
  const last = args.at(-1);
  if (last === undefined) return false;
  return (name === 'and' && !isTrue(last)) || (name === 'or' && isTrue(last));
}
