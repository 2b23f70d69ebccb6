import { ANY, type CheckedValue, combine, MISSING, secretValue, truthOf } from './check-value.ts';
import { countProblem, executionError, noEntry, type Place } from './execution-error.ts';
import type { Command, Operand, ParsedTemplate, Pipeline, Statement } from './nodes.ts';
import { fieldsRefusal, SECRETS_REFUSAL } from './secret-data.ts';
import type { TemplateError } from './template-error.ts';
import { TEMPLATE_FUNCTIONS } from './template-functions.ts';
import { quoteGo } from './token.ts';

/** What is known of a secret without its value: its fields, or why it cannot be read. */
export type SecretFacts = { readonly fields: readonly string[] } | { readonly refused: string };

export interface CheckOptions {
  /** Undefined when there is no such secret. */
  readonly find: (name: string) => SecretFacts | undefined;
  readonly onUse: (name: string, field: string) => void;
}

/** More problems than this are not looked for. */
const MOST_PROBLEMS = 100;

/**
 * Goes through a template as an execution would, in all branches, with what is known of the secrets but not their values, and
 * gives everything that must fail. A branch that depends on a missing secret alone counts as not taken.
 */
export function checkTemplate(template: ParsedTemplate, options: CheckOptions): TemplateError[] {
  const check = new Check(template, options);
  check.run();
  return [...check.problems.values()];
}

interface Variable {
  readonly name: string;
  value: CheckedValue;
}

interface Scope {
  readonly dot: CheckedValue;
  readonly variables: Variable[];
  readonly templateName: string;
  readonly lenient: boolean;
}

class Check {
  readonly problems = new Map<string, TemplateError>();
  readonly #template: ParsedTemplate;
  readonly #options: CheckOptions;
  /** Templates gone through, each once for what it can be given. */
  readonly #seen = new Set<string>();

  constructor(template: ParsedTemplate, options: CheckOptions) {
    this.#template = template;
    this.#options = options;
  }

  run(): void {
    this.#body(this.#template.body, { is: 'data' }, this.#template.name);
  }

  #body(body: readonly Statement[], dot: CheckedValue, templateName: string): void {
    this.#walk(body, { dot, variables: [{ name: '$', value: dot }], templateName, lenient: false });
  }

  #walk(body: readonly Statement[], scope: Scope): void {
    for (const statement of body) {
      const outer = scope.variables.length;
      if (statement.kind === 'action') this.#action(statement.pipeline, scope);
      else if (statement.kind === 'template') this.#invoke(statement, scope);
      else if (statement.kind === 'range') this.#range(statement, scope);
      else if (statement.kind === 'if' || statement.kind === 'with') this.#condition(statement, scope);
      if (statement.kind !== 'action') scope.variables.length = outer;
    }
  }

  #action(pipeline: Pipeline, scope: Scope): void {
    const value = this.#pipeline(pipeline, scope);
    if (pipeline.declared.length === 0) this.#wanted(value, pipeline, scope);
  }

  #condition(statement: Extract<Statement, { kind: 'if' | 'with' | 'range' }>, scope: Scope): void {
    const value = this.#pipeline(statement.pipeline, { ...scope, lenient: true });
    const truth = truthOf(value);
    const dot = statement.kind === 'with' ? value : scope.dot;
    if (truth !== false) this.#walk(statement.body, { ...scope, dot });
    if (truth !== true) this.#walk(statement.otherwise, scope);
  }

  #range(statement: Extract<Statement, { kind: 'if' | 'with' | 'range' }>, scope: Scope): void {
    const { pipeline } = statement;
    const value = this.#pipeline({ ...pipeline, declared: [] }, scope);
    this.#wanted(value, pipeline.commands.at(-1) ?? pipeline, scope);
    if (value.is === 'text') this.#problem(pipeline, scope, "range can't iterate over a value of type string");
    for (const name of pipeline.declared) scope.variables.push({ name, value: ANY });
    this.#walk(statement.body, { ...scope, dot: ANY });
    this.#walk(statement.otherwise, scope);
  }

  #invoke({ offset, templateName, pipeline }: Extract<Statement, { kind: 'template' }>, scope: Scope): void {
    const dot = pipeline === undefined ? ANY : this.#pipeline(pipeline, scope);
    const body = this.#template.defined.get(templateName);
    const source = `{{template ${quoteGo(templateName)}}}`;
    if (body === undefined) this.#problem({ offset, source }, scope, `template ${quoteGo(templateName)} not defined`);
    const visit = `${templateName} ${JSON.stringify(dot)}`;
    if (body === undefined || this.#seen.has(visit)) return;
    this.#seen.add(visit);
    this.#body(body, dot, templateName);
  }

  #pipeline({ commands, declared, assigns }: Pipeline, scope: Scope): CheckedValue {
    let value: CheckedValue | undefined;
    for (const [index, command] of commands.entries()) {
      const next = commands[index + 1]?.operands[0];
      const lenient = next?.kind === 'identifier' && TEMPLATE_FUNCTIONS[next.functionName]?.lenient === true;
      value = this.#command(command, lenient ? { ...scope, lenient } : scope, value);
    }
    for (const name of declared) {
      // An assignment may stand in a branch that is not taken.
      const variable = scope.variables.findLast((each) => each.name === name);
      if (!assigns) scope.variables.push({ name, value: value ?? ANY });
      else if (variable !== undefined) variable.value = ANY;
    }
    return value ?? ANY;
  }

  #command(command: Command, scope: Scope, final: CheckedValue | undefined): CheckedValue {
    const [first, ...args] = command.operands;
    if (first === undefined) return ANY;
    if (first.kind === 'identifier') return this.#call(first.functionName, command, args, scope, final);
    if (first.kind === 'nil') this.#problem(first, scope, 'nil is not a command');
    if (args.length > 0 || final !== undefined) {
      this.#problem(first, scope, `can't give argument to non-function ${first.source}`);
    }
    return this.#operand(first, scope);
  }

  #call(name: string, at: Place, operands: readonly Operand[], scope: Scope, final?: CheckedValue): CheckedValue {
    const called = Object.hasOwn(TEMPLATE_FUNCTIONS, name) ? TEMPLATE_FUNCTIONS[name] : undefined;
    // An unknown function was a problem of parsing.
    if (called === undefined) return ANY;
    const lenient = scope.lenient || called.lenient === true;
    const args = operands.map((operand) => this.#operand(operand, { ...scope, lenient }));
    if (final !== undefined) args.push(final);
    const miscounted = countProblem(name, called, args.length);
    if (miscounted !== undefined) {
      this.#problem({ ...at, source: name }, scope, miscounted);
      return ANY;
    }
    if (name === 'required' && args[1]?.is === 'missing') {
      const message = constantText(operands[0]) ?? 'a required value is missing';
      this.#problem(at, scope, `error calling required: ${message}`);
    }
    const combined = combine(name, args);
    if (combined !== undefined) return combined;
    if (LOOKUPS.has(name))
      return this.#lookup(name, at, operands, args, { ...scope, lenient: lenient || name !== 'index' });
    for (const arg of args) this.#wanted(arg, at, scope, `error calling ${name}: `);
    return ANY;
  }

  /** `index`, `get` and `hasKey`. */
  #lookup(
    name: string,
    at: Place,
    operands: readonly Operand[],
    args: readonly CheckedValue[],
    scope: Scope,
  ): CheckedValue {
    let value = args[0] ?? ANY;
    for (const operand of args.slice(1).map((_, index) => operands[index + 1])) {
      const key = constantText(operand);
      value =
        key === undefined || value.is === 'any' ? ANY : this.#entry(value, key, at, scope, `error calling ${name}: `);
    }
    if (name !== 'hasKey') return value;
    return value.is === 'any' ? ANY : { is: 'any', truth: value.is !== 'missing' };
  }

  #operand(operand: Operand, scope: Scope): CheckedValue {
    switch (operand.kind) {
      case 'constant':
      case 'nil':
        return operand.kind === 'constant' && typeof operand.value === 'string'
          ? { is: 'any', truth: operand.value !== '' }
          : ANY;
      case 'dot':
        return scope.dot;
      case 'field':
        return this.#fields(scope.dot, operand.names, operand, scope);
      case 'variable': {
        const variable = scope.variables.findLast((each) => each.name === operand.variable);
        return this.#fields(variable?.value ?? ANY, operand.names, operand, scope);
      }
      case 'identifier':
        return this.#call(operand.functionName, operand, [], scope);
      case 'chain':
        return this.#fields(this.#operand(operand.base, scope), operand.names, operand, scope);
      case 'pipeline':
        return this.#pipeline(operand.pipeline, scope);
    }
  }

  #fields(base: CheckedValue, names: readonly string[], at: Place, scope: Scope): CheckedValue {
    let value = base;
    for (const name of names) {
      if (value.is === 'missing') return value;
      value = this.#entry(value, name, at, scope);
    }
    return value;
  }

  #entry(holder: CheckedValue, key: string, at: Place, scope: Scope, prefix = ''): CheckedValue {
    switch (holder.is) {
      case 'data':
        return key === 'Secrets' ? { is: 'secrets' } : this.#problem(at, scope, prefix + noEntry(key));
      case 'secrets': {
        const facts = this.#options.find(key);
        if (facts === undefined) return this.#absent(key, at, scope, prefix);
        if ('refused' in facts) return this.#problem(at, scope, prefix + facts.refused);
        const value = secretValue(key, facts.fields);
        if (value.is === 'text') this.#options.onUse(key, 'value');
        return value;
      }
      case 'secret':
        if (!holder.fields.includes(key)) return this.#absent(key, at, scope, prefix);
        this.#options.onUse(holder.name, key);
        return { is: 'text' };
      case 'text':
        return this.#problem(at, scope, `${prefix}can't evaluate field ${key} in type interface {}`);
      default:
        return holder;
    }
  }

  #absent(key: string, at: Place, scope: Scope, prefix: string): CheckedValue {
    return scope.lenient ? MISSING : this.#problem(at, scope, prefix + noEntry(key));
  }

  /** Somebody wants the value as a text. */
  #wanted(value: CheckedValue, at: Place, scope: Scope, prefix = ''): void {
    if (value.is === 'secret') this.#problem(at, scope, prefix + fieldsRefusal(value.fields));
    if (value.is === 'secrets' || value.is === 'data') this.#problem(at, scope, prefix + SECRETS_REFUSAL);
  }

  #problem(at: Place, { templateName }: Scope, problem: string): CheckedValue {
    if (this.problems.size >= MOST_PROBLEMS) return ANY;
    const error = executionError(this.#template, templateName, at, problem);
    this.problems.set(error.message, error);
    return ANY;
  }
}

const LOOKUPS: ReadonlySet<string> = new Set(['index', 'get', 'hasKey']);

function constantText(operand: Operand | undefined): string | undefined {
  return operand?.kind === 'constant' && typeof operand.value === 'string' ? operand.value : undefined;
}
