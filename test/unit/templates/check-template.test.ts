import { expect, test } from 'vitest';
import { certainKeys } from '../../../src/templates/certain-keys.ts';
import { checkTemplate, type SecretFacts } from '../../../src/templates/check-template.ts';
import { parseWithProblems } from '../../../src/templates/parse-template.ts';
import { parseSecretKey } from '../../../src/templates/secret-key.ts';
import { createSecretLookup, MOST_SECRETS } from '../../../src/templates/secret-lookup.ts';
import { TEMPLATE_FUNCTION_NAMES } from '../../../src/templates/template-functions.ts';

const SECRETS: Readonly<Record<string, SecretFacts>> = {
  A: { fields: ['value'] },
  DB: { fields: ['user', 'password'] },
  OFF: { refused: 'The secret is disabled.' },
};

function check(text: string): { problems: string[]; uses: string[] } {
  const { template, problems } = parseWithProblems(text, { name: 't', functions: TEMPLATE_FUNCTION_NAMES });
  const uses: string[] = [];
  const found = checkTemplate(template, {
    find: (name) => SECRETS[name],
    onUse: (name, field) => uses.push(`${name}.${field}`),
  });
  const short = [...problems, ...found].map(({ message }) =>
    message.replace(/^template \w+ error: template: t:[\d:]+: (executing "\w+"( at <.*>)?: )?/, ''),
  );
  return { problems: short, uses };
}
const problems = (text: string) => check(text).problems;

test.each([
  '{{ .Secrets.A }}{{ .Secrets.DB.user }}{{ index .Secrets "A" }}{{ index .Secrets "DB" "user" }}{{ $.Secrets.A }}{{ (.Secrets.DB).user }}',
  '{{ if .Secrets.NONE }}{{ .Secrets.NONE }}{{ end }}{{ with .Secrets.NONE }}{{ .deep }}{{ end }}',
  '{{ if not .Secrets.NONE }}x{{ else }}{{ .Secrets.NONE }}{{ end }}{{ if and .Secrets.A .Secrets.NONE }}{{ .Secrets.NONE }}{{ end }}',
  '{{ if or .Secrets.NONE .Secrets.ALSO }}{{ .Secrets.NONE }}{{ end }}{{ if hasKey .Secrets "NONE" }}{{ .Secrets.NONE }}{{ end }}',
  '{{ .Secrets.NONE | default "x" }}{{ or .Secrets.NONE .Secrets.A }}{{ coalesce .Secrets.NONE "x" }}{{ get .Secrets "NONE" }}{{ .Secrets.DB.none | default "x" }}',
  '{{ with .Secrets.DB }}{{ .user }}{{ end }}{{ $db := .Secrets.DB }}{{ $db.user }}{{ with .Secrets }}{{ .A }}{{ end }}',
  '{{ define "d" }}{{ .user }}{{ end }}{{ template "d" .Secrets.DB }}{{ block "b" .Secrets }}{{ .A }}{{ end }}',
  '{{ define "r" }}{{ if .A }}{{ template "r" . }}{{ end }}{{ end }}{{ template "r" .Secrets }}',
  '{{ $x := "" }}{{ if .Secrets.A }}{{ $x = .Secrets.A }}{{ end }}{{ $x.anything }}{{ index .Secrets .Secrets.A }}',
  '{{ range splitList "," .Secrets.A }}{{ . }}{{ .field }}{{ end }}{{ len .Secrets.A }}{{ eq .Secrets.A "x" }}',
  '{{ define "unused" }}{{ .Secrets.NONE }}{{ end }}ok',
])('nothing is wrong with %s', (template) => {
  expect(problems(template)).toEqual([]);
});

test.each([
  ['{{ .Secrets.NONE }} {{ .Secrets.NONE }}', ['map has no entry for key "NONE"', 'map has no entry for key "NONE"']],
  [
    '{{ .Nothing }}{{ if .Nothing }}{{ end }}',
    ['map has no entry for key "Nothing"', 'map has no entry for key "Nothing"'],
  ],
  ['{{ .Secrets.OFF | default "x" }}', ['The secret is disabled.']],
  [
    '{{ .Secrets.DB }}{{ print .Secrets.DB }}{{ toJson .Secrets }}{{ . }}',
    [
      'the secret has the fields password, user: name the one you need',
      'error calling print: the secret has the fields password, user: name the one you need',
      'error calling toJson: secrets cannot be listed or printed together: name the one you need',
      'secrets cannot be listed or printed together: name the one you need',
    ],
  ],
  ['{{ or .Secrets.NONE .Secrets.DB }}', ['the secret has the fields password, user: name the one you need']],
  [
    '{{ range .Secrets.DB }}{{ end }}{{ range .Secrets.A }}{{ end }}',
    [
      'the secret has the fields password, user: name the one you need',
      "range can't iterate over a value of type string",
    ],
  ],
  ['{{ .Secrets.A.value }}', ["can't evaluate field value in type interface {}"]],
  [
    '{{ if true }}{{ .Secrets.X1 }}{{ else if .Secrets.A }}{{ .Secrets.X2 }}{{ else }}{{ .Secrets.X3 }}{{ end }}',
    ['map has no entry for key "X1"', 'map has no entry for key "X2"', 'map has no entry for key "X3"'],
  ],
  [
    '{{ define "d" }}{{ .none }}{{ end }}{{ template "d" .Secrets.DB }}{{ template "d" .Secrets.DB }}',
    ['map has no entry for key "none"'],
  ],
  [
    '{{ .Secrets.A "x" }}{{ "a" | .Secrets.A }}{{ nil }}',
    [
      "can't give argument to non-function .Secrets.A",
      "can't give argument to non-function .Secrets.A",
      'nil is not a command',
    ],
  ],
  [
    '{{ required "set X" .Secrets.X }}{{ .Secrets.X | required "set X too" }}',
    ['error calling required: set X', 'error calling required: set X too'],
  ],
])('%s', (template, expected) => {
  expect(problems(template)).toEqual(expected);
});

test.each([
  [
    '{{ if nosuch }}{{ end }}{{ else }}{{ end }}',
    ['function "nosuch" not defined', 'unexpected {{else}}', 'unexpected {{end}}'],
  ],
  [
    '{{ define }}{{ .x }}{{ end }}{{ block 1 . }}{{ end }}{{ template x }}',
    ['unexpected "}}" in define clause', 'unexpected "1" in block clause', 'unexpected "x" in template clause'],
  ],
  [
    '{{ range }}{{ break }}{{ end }}{{ break }}{{ continue x }}',
    ['missing value for range', '{{break}} outside {{range}}', 'unexpected "x" in {{continue}}'],
  ],
  ['{{ "a }}{{ `b }}', ['unterminated quoted string', 'unterminated raw quoted string']],
  [
    '{{ "a }}x{{ 1a }}y{{ \x01 }}{{ .x',
    [
      'unterminated quoted string',
      'bad number syntax: "1a"',
      'unrecognized character in action: U+0001',
      'unclosed action',
    ],
  ],
  ['{{ if true }}{{ with 1 }}{{ range nil }}', ['unexpected EOF']],
  [
    '{{ if true }}{{ end x }}{{ if true }}{{ else x }}{{ end }}{{ 1 2 ) }}',
    ['unexpected "x" in end', 'unexpected "x" in else', 'unexpected ")" in command'],
  ],
  [
    '{{ $x }}{{ $y = 1 }}{{ with 1 }}{{ else if 2 }}{{ end }}',
    ['undefined variable "$x"', 'undefined variable "$y"', 'unexpected <if> in else'],
  ],
  [
    '{{ define "d" }}a{{ end }}{{ define "d" }}b{{ end }}{{ if true }}{{ define "e" }}{{ end }}{{ end }}',
    ['multiple definition of template "d"', 'unexpected {{define}}'],
  ],
])('all problems of parsing: %s', (template, expected) => {
  const { problems: found } = parseWithProblems(template, { name: 't', functions: TEMPLATE_FUNCTION_NAMES });
  expect(found.map(({ message }) => message.replace(/^template parsing error: template: t:\d+: /, ''))).toEqual(
    expected,
  );
});

test('endless problems are cut', () => {
  expect(problems('{{ nosuch }}'.repeat(500)).length).toBe(100);
  expect(problems(Array.from({ length: 300 }, (_, index) => `{{ .Secrets.N${index} }}`).join('')).length).toBe(100);
});

test('fields that are looked at are told', () => {
  expect(check('{{ .Secrets.A }}{{ .Secrets.DB.user }}{{ if .Secrets.DB }}{{ end }}').uses).toEqual([
    'A.value',
    'DB.user',
  ]);
});

test('certain keys are those named outside of all branches', () => {
  const { template } = parseWithProblems(
    '{{ .Secrets.A }}{{ if eq .Secrets.B "x" }}{{ .Secrets.NO1 }}{{ end }}{{ $.Secrets.C.user }}{{ index .Secrets "d/e@2" }}{{ $x := (print .Secrets.F) }}' +
      '{{ or .Secrets.G .Secrets.NO2 }}{{ (.Secrets.H).x }}{{ define "t" }}{{ .Secrets.NO3 }}{{ end }}{{ range .Secrets.I }}{{ .Secrets.NO4 }}{{ end }}{{ .Secrets }}',
    { name: 't', functions: TEMPLATE_FUNCTION_NAMES },
  );
  expect(certainKeys(template)).toEqual(['A', 'B', 'C', 'd/e@2', 'F', 'G', 'H', 'I']);
});

test('keys: name, folder and version', () => {
  expect(parseSecretKey('NAME')).toMatchObject({ path: '', name: 'NAME', selector: 'latest_enabled' });
  expect(parseSecretKey('a/b/name-x@3')).toMatchObject({ path: 'a/b', name: 'name-x', selector: 3 });
  expect(parseSecretKey('n@latest')?.selector).toBe('latest');
  expect(parseSecretKey('n@latest_enabled')?.id).toBe(parseSecretKey('n')?.id);
  for (const text of [
    '',
    '1a',
    '@3',
    'a@0',
    'a@01',
    'a@-1',
    'a@newest',
    'a@3@3',
    '/a',
    'a/',
    'a//b',
    '../a',
    'a/../b',
    'a b',
    'a%2eb',
    'ä',
    '__proto__',
  ])
    expect(parseSecretKey(text), text).toBeUndefined();
});

test('a lookup fetches what is asked for, once each, and keeps absences and failures for whoever asks', async () => {
  const fetched: string[] = [];
  const lookup = createSecretLookup(async (key) => {
    fetched.push(key.name);
    if (key.name === 'BAD') throw new Error('refused');
    return key.name === 'NONE' ? undefined : key.name.toLowerCase();
  });
  await lookup.prefetch(['A', 'A', 'B', 'not a name']);
  let runs = 0;
  const result = await lookup.complete(() => {
    runs += 1;
    return [
      lookup.find('A'),
      lookup.find('C'),
      lookup.find('NONE'),
      lookup.find('C@latest_enabled'),
      lookup.find('no name'),
    ];
  });
  expect(result).toEqual(['a', 'c', undefined, 'c', undefined]);
  expect([runs, fetched]).toEqual([3, ['A', 'B', 'C', 'NONE']]);
  await expect(lookup.complete(() => lookup.find('BAD'))).rejects.toThrow('refused');
  expect(
    lookup
      .found()
      .map(([key, value]) => `${key.name}=${value}`)
      .sort(),
  ).toEqual(['A=a', 'B=b', 'C=c']);
});

test('a lookup ends when there are too many', async () => {
  const lookup = createSecretLookup(async () => 'x');
  let asked = 0;
  const endless = () => {
    for (asked = 0; ; asked++) lookup.find(`N${asked}`);
  };
  await expect(lookup.complete(endless)).rejects.toMatchObject({ code: 'invalid_input' });
  expect(asked).toBe(MOST_SECRETS);
});
