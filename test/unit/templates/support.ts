import { CORE_FUNCTIONS } from '../../../src/templates/core-functions.ts';
import { type ExecuteOptions, executeTemplate } from '../../../src/templates/execute-template.ts';
import { fitOutput } from '../../../src/templates/fit-output.ts';
import { type GoValue, goMap } from '../../../src/templates/go-value.ts';
import type { OutputFormat } from '../../../src/templates/output-format.ts';
import { textOf } from '../../../src/templates/output-piece.ts';
import { parseTemplate } from '../../../src/templates/parse-template.ts';
import { TEXT_FUNCTIONS } from '../../../src/templates/text-functions.ts';

const FUNCTIONS = { ...CORE_FUNCTIONS, ...TEXT_FUNCTIONS };
const NAMES = new Set(Object.keys(FUNCTIONS));

/** Secrets as a template sees them: nobody can list them. */
export function secretsOf(values: Readonly<Record<string, GoValue>>): GoValue {
  const known = new Map(Object.entries(values));
  const refusal = 'secrets cannot be listed or printed together: name the one you need';
  return goMap([['Secrets', { kind: 'opaque', refusal, get: (key) => known.get(key) }]]);
}

export function pieces(template: string, data: GoValue, limits?: ExecuteOptions['limits']) {
  const parsed = parseTemplate(template, { name: 't', functions: NAMES });
  return executeTemplate(parsed, data, { functions: FUNCTIONS, ...(limits && { limits }) });
}

export function render(template: string, data: GoValue, limits?: ExecuteOptions['limits']): string {
  return textOf(pieces(template, data, limits));
}

export function renderAs(
  format: OutputFormat,
  template: string,
  values: Record<string, string>,
  strict = false,
): string {
  return fitOutput(pieces(template, secretsOf(values)), { format, strict, template: { name: 't', text: template } });
}

/** The message of what `work` throws. */
export function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Error && error.name === 'TemplateError') return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}

/** Values that some format gives a meaning to. */
export const AWKWARD = [
  ...[
    '',
    ' ',
    '  two  ',
    'plain',
    'a b',
    'p@ss w"or\'d',
    "it's",
    'say "hi"',
    'line1\nline2\n',
    '\n',
    '\nx',
    'tab\there',
  ],
  ...[
    '$HOME',
    '$$',
    '$(id)',
    '`id`',
    '\u0024{X:-y}',
    'a$b"c',
    "a$b'c",
    '\\',
    'a\\',
    '\\n',
    'a\\nb',
    '\\"',
    "\\'",
    'C:\\dir\\new',
  ],
  ...[
    '#',
    '# no comment',
    'a #b',
    'a#b',
    ': ',
    'a: b',
    'a:',
    ':a',
    '- a',
    '-',
    '---',
    '...',
    '--- x',
    '*alias',
    '&anchor',
    '!tag',
    '%YAML',
  ],
  ...[
    'yes',
    'no',
    'y',
    'n',
    'on',
    'null',
    'Null',
    '~',
    'true',
    'false',
    '1e3',
    '0123',
    '0o17',
    '0x1F',
    '1_000',
    '1:30',
    '.inf',
    '.nan',
  ],
  ...[
    '12345',
    '-7',
    '1.50',
    '12345678901234567890',
    '2001-12-14',
    '<<',
    '=',
    '|',
    '>',
    '? a',
    '@at',
    '{a: b}',
    '[a, b]',
    'a, b',
    '{{',
    '}}',
  ],
  ...[
    '😀',
    'pä$$wörd✓',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u007f',
    '\u001b[0m',
    'a\u00a0b',
    "' OR 1=1 --",
    '", "admin": "',
    '"\nADMIN=1\nX="',
    "'\nADMIN=1\nX='",
  ],
  ...[
    'x\nadmin: true',
    'x\n  admin: true',
    "', admin: 'true",
    '-----BEGIN KEY-----\nAAA+/=\n-----END KEY-----\n',
    '!history',
    '~root',
    'a;b',
    'a&b',
    'a|b',
    'A=b',
  ],
];
