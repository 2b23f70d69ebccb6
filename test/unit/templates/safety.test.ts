import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goMap } from '../../../src/templates/go-value.ts';
import { secretData } from '../../../src/templates/secret-data.ts';
import { problemOf, render, secretsOf } from './support.ts';

const BIG = 'x'.repeat(60_000);
const data = secretsOf({ A: 'value', BIG });

describe('bounds', () => {
  const doubled = '{{ $x := .Secrets.BIG }}{{ $x = print $x $x }}';
  test.each([
    [
      'steps',
      '{{ define "r" }}{{ template "s" }}{{ template "s" }}{{ end }}{{ define "s" }}{{ template "t" }}{{ template "t" }}{{ end }}{{ define "t" }}'.concat(
        '{{ 1 }}'.repeat(30_000),
        '{{ end }}{{ template "r" }}',
      ),
      'too many steps',
    ],
    [
      'templates in themselves',
      '{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}',
      'exceeded maximum template depth',
    ],
    [
      'templates in themselves, deep in blocks',
      `{{ define "r" }}${'{{ if true }}'.repeat(90)}{{ template "r" . }}${'{{ end }}'.repeat(90)}{{ end }}{{ template "r" . }}`,
      'exceeded maximum template depth',
    ],
    ['output', '{{ .Secrets.BIG }}'.repeat(20), 'the output is too long'],
    ['a text on the way', `{{ $x := .Secrets.BIG }}${'{{ $x = print $x $x }}'.repeat(9)}`, 'too long'],
    ['what a function is given', `${doubled}{{ len (print ${'$x '.repeat(30)}) }}`, 'too long'],
    ['replace', '{{ replace "x" .Secrets.BIG .Secrets.BIG | len }}', 'the result is too long'],
    ['replace of nothing', '{{ replace "" .Secrets.BIG .Secrets.BIG | len }}', 'the result is too long'],
    ['join', '{{ join .Secrets.BIG (splitList "" .Secrets.BIG) | len }}', 'the result is too long'],
    ['indent', '{{ indent 1000 (replace "x" "\\n" .Secrets.BIG) | len }}', 'the result is too long'],
    ['work of functions', '{{ $x := .Secrets.BIG }}'.concat('{{ $y := sha256sum $x }}'.repeat(300)), 'too many steps'],
    [
      'ranges over ranges',
      '{{ $l := splitList "" .Secrets.BIG }}{{ range $l }}{{ range $l }}{{ end }}{{ end }}',
      'too many steps',
    ],
    [
      'ranges that end at once',
      '{{ $l := splitList "" .Secrets.BIG }}{{ range $l }}{{ range $l }}{{ break }}{{ end }}{{ end }}',
      'too many steps',
    ],
    ['work of index', '{{ $x := .Secrets.BIG }}'.concat('{{ $y := index $x 1 }}'.repeat(300)), 'too many steps'],
  ])('%s', (_name, template, problem) => {
    expect(problemOf(() => render(template, data))).toContain(problem);
  });
  test.each([
    ['blocks', '{{ if true }}'.repeat(300), 'nested too deeply'],
    ['else-ifs', `{{ if true }}${'{{ else if true }}'.repeat(20_000)}{{ end }}`, 'nested too deeply'],
    ['parentheses', `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`, 'nested too deeply'],
    ['variables', Array.from({ length: 600 }, (_, index) => `{{ $v${index} := 1 }}`).join(''), 'too many variables'],
  ])('parsing: %s', (_name, template, problem) => {
    expect(problemOf(() => render(template, data))).toContain(problem);
  });
  test('long runs of blanks cost no more than their length', () => {
    const blanks = ' '.repeat(200_000);
    expect(render(`a${blanks}b${blanks}{{- 1 -}}${blanks}c`, data)).toBe(`a${blanks}b1c`);
  });
  test('an error quotes a little of the template only', () => {
    const message = problemOf(() => render(`{{ index .Secrets ${'"A" '.repeat(30_000)} }}`, data));
    expect(message.length).toBeLessThan(500);
  });
});

describe('there is nothing but own entries', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'entries', 'get', 'kind'])(
    '%s',
    (name) => {
      const secret = secretData(
        (key) => (key === 'DB' ? { user: 'x' } : undefined),
        () => {},
      );
      for (const template of [
        `{{ .Secrets.${name} }}`,
        `{{ .${name} }}`,
        `{{ index .Secrets "${name}" }}`,
        `{{ .Secrets.DB.${name} }}`,
        `{{ index .Secrets.DB "${name}" }}`,
      ]) {
        expect(
          problemOf(() => render(template, secret)),
          template,
        ).toContain(`map has no entry for key "${name}"`);
      }
      expect(problemOf(() => render(`{{ ${name} }}`, secret))).toContain(
        name === 'get'
          ? 'wrong number of args'
          : name === 'toString'
            ? 'wrong number of args'
            : `function "${name}" not defined`,
      );
      expect(render(`{{ hasKey .Secrets "${name}" }}`, secret)).toBe('false');
    },
  );
});

describe('secrets cannot be listed, counted or printed together', () => {
  test.each([
    '{{ .Secrets }}',
    '{{ . }}',
    '{{ $ }}',
    '{{ range .Secrets }}{{ end }}',
    '{{ range $k, $v := .Secrets }}{{ end }}',
    '{{ range . }}{{ . }}{{ end }}',
    '{{ len .Secrets }}',
    '{{ printf "%v" . }}',
    '{{ printf "%d%s" .Secrets 1 }}',
    '{{ print .Secrets }}',
    '{{ println . }}',
    '{{ html .Secrets }}',
    '{{ js . }}',
    '{{ urlquery .Secrets }}',
    '{{ quote .Secrets }}',
    '{{ squote . }}',
    '{{ toString .Secrets }}',
    '{{ toJson . }}',
    '{{ toYaml .Secrets }}',
    '{{ join "," (splitList "," .Secrets) }}',
    '{{ index .Secrets }}',
    '{{ printf "x" .Secrets }}',
  ])('%s', (template) => {
    expect(problemOf(() => render(template, data))).toMatch(
      /secrets cannot be listed or printed together|expected string; got map/,
    );
  });
});

const CANARY = 'c4n4ry-v4lu3';
const VALUES = { A: CANARY, B: `${CANARY}\n"'$`, N: '31415926535' };
/** Ways in which a value could get into an error. */
const ROUTES = [
  'index .Secrets V',
  'index .Secrets.A V',
  'index V V',
  'fail V',
  'required V .Secrets.NONE',
  'required V ""',
  'b64dec V',
  'range V',
  'slice V 99',
  'slice "abc" (int V)',
  'index "abc" (int V)',
  'printf V',
  'printf "%*d" V 1',
  'V.Deep',
  'V "arg"',
  'eq V 1',
  'lt V 1',
  'lt V nil',
  'len (index .Secrets V)',
  'join V V',
  'indent (int V) "a"',
  'int V | indent V',
  'toJson (int V)',
  'splitList V .Secrets.NONE',
  'ternary V',
  'get .Secrets V | len 1',
  'hasKey V V',
  'and V (fail V)',
  'or "" (index .Secrets V)',
  'html (slice V 1 0)',
  'V | V',
  'index (splitList "" V) 999',
  'index (splitList "" V) V',
  'upper 1 | trim V',
  'nosuch V',
];

test('no error holds a value, whatever the template does with it', () => {
  const value = fc.constantFrom(
    '.Secrets.A',
    '.Secrets.B',
    '.Secrets.N',
    '(print .Secrets.A 1)',
    '(upper .Secrets.A)',
    '(b64enc .Secrets.A)',
    '$v',
  );
  const route = fc.tuple(fc.constantFrom(...ROUTES), value).map(([text, given]) => text.replaceAll('V', given));
  const shape = fc.constantFrom(
    '{{ R }}',
    '{{ if R }}{{ end }}',
    '{{ with R }}{{ . }}{{ end }}',
    '{{ range R }}{{ end }}',
    '{{ $x := R }}{{ $x }}',
    '{{ template "d" (R) }}',
    '{{ R | printf "%d" | index .Secrets }}',
    '{{ (R).Deep }}',
  );
  const forbidden = [CANARY, CANARY.toUpperCase(), Buffer.from(CANARY).toString('base64').slice(0, 12), VALUES.N];
  let failed = 0;
  fc.assert(
    fc.property(route, shape, (inside, around) => {
      const template = `{{ $v := .Secrets.A }}${around.replace('R', () => inside)}{{ define "d" }}{{ .Deep }}{{ end }}`;
      try {
        render(template, secretsOf(VALUES));
      } catch (error) {
        failed += 1;
        const shown =
          error instanceof Error ? `${error.message}\n${JSON.stringify(error)}\n${error.name}` : String(error);
        expect(error).toMatchObject({ name: 'TemplateError' });
        for (const form of forbidden) expect(shown).not.toContain(form);
        expect(error).not.toHaveProperty('cause');
      }
    }),
    { numRuns: 2_000 },
  );
  expect(failed).toBeGreaterThan(1_000);
});

test('a missing entry is an error but in a condition, also below a field', () => {
  const secret = secretData(
    (key) => (key === 'DB' ? { user: 'x', password: 'y' } : undefined),
    () => {},
  );
  expect(
    render(
      '{{ if .Secrets.DB.none }}a{{ else }}b{{ end }}{{ or .Secrets.NONE.deep .Secrets.DB.user }}{{ .Secrets.DB.none | default "d" }}',
      secret,
    ),
  ).toBe('bxd');
  expect(problemOf(() => render('{{ if .Missing }}{{ end }}', goMap([])))).toContain(
    'map has no entry for key "Missing"',
  );
});
