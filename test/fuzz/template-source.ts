import { TEMPLATE_FUNCTION_NAMES } from '../../src/templates/template-functions.ts';
import { createRandom, type Random } from '../e2e/kill-loop/random.ts';

const ATOMS = [
  ...[
    '.',
    '$',
    '.Secrets',
    '.Secrets.A',
    '.Secrets.A',
    '.Secrets.B',
    '.Secrets.EMPTY',
    '.Secrets.NUM',
    '.Secrets.DB',
    '.Secrets.DB.user',
    '.Secrets.DB.none',
  ],
  ...['.Secrets.NONE', '.Secrets.constructor', '.Secrets.__proto__', '.Secrets.A.toString', '$.Secrets.A'],
  ...[
    'nil',
    'true',
    'false',
    '0',
    '1',
    '-3',
    '0x1F',
    '1_000',
    '1.5',
    '1e3',
    '07',
    '9223372036854775807',
    '"A"',
    '"x y"',
    '`raw\n`',
    "'c'",
    '"%v %s"',
    '"%q|%5.2f|%-8d|%x"',
    '"%*d%%"',
    '"\\u00e9"',
    '""',
    '","',
  ],
];
/** Mostly problems; seldom, or no template would get further than its first one. */
const RARE = ['$x', '$y.A', '.Missing', '.A', '9223372036854775808', 'nosuch', '$x.Deep', '"\\xff"'];
const TEXTS = [
  'a',
  ' ',
  '\n',
  '\n\n  ',
  'KEY=',
  'key: ',
  '"',
  "'",
  '{',
  '}',
  '# ',
  '$(',
  '- ',
  '|\n  ',
  '[',
  ']',
  ',',
  ': ',
  'é😀',
  '\\',
  '<<EOF\n',
  '{"k":"',
];
/** What mutations put in. */
const SHARDS = [
  '{{',
  '}}',
  '{{-',
  '-}}',
  '{{/*',
  '*/}}',
  '(',
  ')',
  '|',
  '"',
  '`',
  "'",
  '\\',
  '$',
  '.',
  ':=',
  '=',
  ',',
  '\0',
  '\u2028',
  '\ud800',
  'end',
  'else',
  'range',
  '{{ end }}',
  '{{ else }}',
  '0x',
  '%',
  '\n',
];
const FUNCTIONS = [...TEMPLATE_FUNCTION_NAMES];

/** An endless row of templates: most of them made by the grammar, many damaged afterwards. The same for the same seed. */
export function templateSource(seed: number): () => string {
  const random = createRandom(seed);
  let last = '';
  return () => {
    const made = nodes(random, 3);
    const damaged = below(random, 5) === 0 ? mutate(random, below(random, 2) === 0 ? made : last) : made;
    last = made;
    return damaged.slice(0, 4_000);
  };
}

function nodes(random: Random, depth: number): string {
  return Array.from({ length: 1 + below(random, 4) }, () => node(random, depth)).join('');
}

function node(random: Random, depth: number): string {
  if (below(random, 4) === 0) return random.pick(TEXTS);
  if (depth === 0 || below(random, 2) === 0) return action(random, pipeline(random, 2));
  const body = nodes(random, depth - 1);
  const otherwise = below(random, 2) === 0 ? action(random, 'else') + nodes(random, depth - 1) : '';
  const end = below(random, 80) === 0 ? '' : action(random, 'end');
  // Templates are defined at the top only.
  switch (below(random, depth === 3 ? 7 : 5)) {
    case 0:
      return action(random, `with ${pipeline(random, 1)}`) + body + otherwise + end;
    case 1:
      return (
        action(random, `range ${random.pick(['', '$x := ', '$i, $x := '])}${pipeline(random, 1)}`) +
        body +
        jump(random) +
        otherwise +
        end
      );
    case 6:
      return action(random, `define "${random.pick(['d', 'e'])}"`) + body + end;
    case 3:
      return action(random, `template "${random.pick(['d', 'e', 'f'])}" ${random.pick(['', '.', '.Secrets'])}`);
    case 4:
      return action(random, `block "${random.pick(['d', 'k'])}" .`) + body + end;
    case 2:
      return (
        action(random, `if ${pipeline(random, 1)}`) +
        body +
        action(random, `else if ${pipeline(random, 1)}`) +
        body +
        end
      );
    default:
      return action(random, `if ${pipeline(random, 1)}`) + body + otherwise + end;
  }
}

function jump(random: Random): string {
  return below(random, 3) === 0 ? action(random, random.pick(['break', 'continue'])) : '';
}

function action(random: Random, inside: string): string {
  return `{{${random.pick(['', ' ', '- '])}${inside}${random.pick(['', ' ', ' -'])}}}`;
}

function pipeline(random: Random, depth: number): string {
  const commands = Array.from({ length: 1 + below(random, 3) }, (_, stage) => command(random, depth, stage));
  const assignment = below(random, 10) === 0 ? random.pick(['$x := ', '$y := ']) : '';
  return assignment + commands.join(' | ');
}

/** Behind a `|` only functions make sense. */
function command(random: Random, depth: number, stage: number): string {
  if (below(random, stage === 0 ? 2 : 60) === 0) return operand(random, depth);
  const operands = Array.from({ length: below(random, 4) }, () => ` ${operand(random, depth)}`);
  return random.pick(FUNCTIONS) + operands.join('');
}

function operand(random: Random, depth: number): string {
  if (depth > 0 && below(random, 6) === 0) return `(${pipeline(random, depth - 1)})${random.pick(['', '.A'])}`;
  return random.pick(below(random, 60) === 0 ? RARE : ATOMS);
}

function mutate(random: Random, template: string): string {
  let text = template;
  for (let times = 1 + below(random, 3); times > 0; times--) {
    const at = below(random, text.length + 1);
    const length = below(random, 8);
    switch (below(random, 4)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at) + random.pick(SHARDS) + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at, at + length * 4).repeat(1 + below(random, 40)) + text.slice(at);
        break;
      default:
        text = text.slice(0, at) + String.fromCharCode(below(random, 256)) + text.slice(at + 1);
    }
  }
  return text;
}

/** A whole number from 0 up to, not including, `end`. */
function below(random: Random, end: number): number {
  return random.between(0, end - 1);
}
