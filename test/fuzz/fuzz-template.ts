import { checkTemplate, type SecretFacts } from '../../src/templates/check-template.ts';
import { executeTemplate } from '../../src/templates/execute-template.ts';
import { fitOutput } from '../../src/templates/fit-output.ts';
import type { OutputFormat } from '../../src/templates/output-format.ts';
import { parseTemplate, parseWithProblems } from '../../src/templates/parse-template.ts';
import { secretData } from '../../src/templates/secret-data.ts';
import { TemplateError } from '../../src/templates/template-error.ts';
import { TEMPLATE_FUNCTION_NAMES, TEMPLATE_FUNCTIONS } from '../../src/templates/template-functions.ts';

const CANARY = 'cnryQx9';
const PAYLOADS: Readonly<Record<string, Record<string, string>>> = {
  A: { value: `${CANARY}-a "quoted" $x\n: #` },
  B: { value: `${CANARY}'b'\\{{` },
  EMPTY: { value: '' },
  NUM: { value: '987654321012' },
  DB: { user: `${CANARY}-user`, password: `${CANARY}-password` },
};
/** No error may hold any of these; compared without case. */
const FORBIDDEN = [
  CANARY,
  '987654321012',
  Buffer.from(CANARY).toString('base64').slice(0, 8),
  Buffer.from(CANARY).toString('hex'),
].map((form) => form.toLowerCase());

const LIMITS = { steps: 20_000, depth: 200, output: 65_536 };
const FORMATS: readonly OutputFormat[] = ['env', 'json', 'shell'];

/** What went wrong with a template that must not: anything but a clean error, or an error that shows a value. */
export class FuzzFinding extends Error {
  override readonly name = 'FuzzFinding';
}

/** Parses, checks, executes and fits one template. `round` chooses the format. Throws {@link FuzzFinding}. Says how it ended. */
export function fuzzTemplate(text: string, round: number): 'refused' | 'failed' | 'rendered' {
  const options = { name: 't', functions: TEMPLATE_FUNCTION_NAMES };
  const { template: partial, problems } =
    expectClean(() => parseWithProblems(text, options)) ?? refuse('parsing with problems threw');
  const find = (name: string): SecretFacts | undefined =>
    Object.hasOwn(PAYLOADS, name) ? { fields: Object.keys(PAYLOADS[name] ?? {}) } : undefined;
  const found = expectClean(() => checkTemplate(partial, { find, onUse: () => {} })) ?? refuse('the check threw');
  for (const problem of [...problems, ...found]) expectSecrecy(problem);
  const parsed = expectClean(() => parseTemplate(text, options));
  if ((parsed === undefined) !== problems.length > 0) refuse('both ways of parsing disagree');
  if (parsed === undefined) return 'refused';
  const data = secretData(
    (name) => (Object.hasOwn(PAYLOADS, name) ? PAYLOADS[name] : undefined),
    () => {},
  );
  const pieces = expectClean(() => executeTemplate(parsed, data, { functions: TEMPLATE_FUNCTIONS, limits: LIMITS }));
  if (pieces === undefined) return 'failed';
  if (pieces.reduce((length, piece) => length + piece.text.length, 0) > LIMITS.output)
    refuse('the output is longer than allowed');
  const format = round % 16 === 0 ? 'yaml' : (FORMATS[round % FORMATS.length] ?? 'text');
  const output = expectClean(() => fitOutput(pieces, { format, strict: round % 5 === 0, template: parsed }));
  if (format === 'json' && output !== undefined) JSON.parse(output);
  return 'rendered';
}

/** What `work` gives, or undefined when it refused in the proper way. */
function expectClean<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError))
      throw new FuzzFinding(`crash: ${error instanceof Error ? error.stack : String(error)}`);
    expectSecrecy(error);
    return undefined;
  }
}

function expectSecrecy({ message }: TemplateError): void {
  const shown = message.toLowerCase();
  if (FORBIDDEN.some((form) => shown.includes(form))) refuse(`an error shows a value: ${message}`);
}

function refuse(problem: string): never {
  throw new FuzzFinding(problem);
}
