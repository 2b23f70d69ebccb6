import type { Operand, ParsedTemplate, Pipeline } from './nodes.ts';

/** They may leave arguments out. */
const SHORT_CIRCUITS: ReadonlySet<string> = new Set(['and', 'or']);

/**
 * The secrets that every execution asks for, unless it fails before: those named outside of all branches. They can be read
 * together; the others are found out by executing.
 */
export function certainKeys({ body }: ParsedTemplate): string[] {
  const keys = new Set<string>();
  for (const statement of body) {
    if (!('pipeline' in statement) || statement.pipeline === undefined) continue;
    for (const key of keysOf(statement.pipeline)) keys.add(key);
  }
  return [...keys];
}

function keysOf({ commands }: Pipeline): string[] {
  return commands.flatMap(({ operands }) => {
    const [first, second, third] = operands;
    if (first?.kind !== 'identifier') return operands.flatMap(keysOfOperand);
    if (SHORT_CIRCUITS.has(first.functionName)) return second === undefined ? [] : keysOfOperand(second);
    const indexed = first.functionName === 'index' && third?.kind === 'constant' && second && isSecrets(second);
    return [...(indexed && typeof third.value === 'string' ? [third.value] : []), ...operands.flatMap(keysOfOperand)];
  });
}

function keysOfOperand(operand: Operand): string[] {
  if (operand.kind === 'pipeline') return keysOf(operand.pipeline);
  if (operand.kind === 'chain') return keysOfOperand(operand.base);
  const [root, key] = namesOf(operand);
  return root === 'Secrets' && key !== undefined ? [key] : [];
}

function isSecrets(operand: Operand): boolean {
  return namesOf(operand).join('.') === 'Secrets';
}

/** Names below the data that the template is given. */
function namesOf(operand: Operand): readonly string[] {
  if (operand.kind === 'field') return operand.names;
  return operand.kind === 'variable' && operand.variable === '$' ? operand.names : [];
}
