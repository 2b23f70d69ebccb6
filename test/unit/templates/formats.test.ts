import { spawnSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { AWKWARD, problemOf, renderAs } from './support.ts';

/** What a POSIX shell makes of a file of assignments. */
function readByShell(file: string, names: readonly string[]): Record<string, string> {
  const print = names.map((name) => `printf '%s\\0' "$${name}"`).join('\n');
  const { stdout, stderr, status } = spawnSync('sh', ['-c', `${file}\n${print}`], { env: {}, encoding: 'buffer' });
  if (status !== 0 || stderr.length > 0) throw new Error(`sh: ${stderr.toString()}`);
  const values = stdout.toString().split('\0');
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

const needsBothQuotes = (value: string) => value.includes("'") && /["\\$`]/.test(value);
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...AWKWARD) },
  fc.string({ unit: fc.constantFrom(...'ab \'"\\$`#:-\n\t{}[],&*!|>%@=~01.é😀'), maxLength: 12 }),
);

describe('JSON', () => {
  const template =
    '{"quoted": "{{ .Secrets.A }}", "bare": {{ .Secrets.A }}, "q": {{ .Secrets.A | quote }}, "j": {{ .Secrets.A | toJson }}, "mixed": "<{{ .Secrets.A }}|{{ .Secrets.B }}>", "{{ .Secrets.A }} key": [{{ .Secrets.B }}]}';
  test('every value reads back, wherever it stands', () => {
    fc.assert(
      fc.property(text, text, (A, B) => {
        const read = JSON.parse(renderAs('json', template, { A, B }));
        expect(read).toEqual({ quoted: A, bare: A, q: A, j: A, mixed: `<${A}|${B}>`, [`${A} key`]: [B] });
      }),
      { examples: AWKWARD.map((value): [string, string] => [value, value]) },
    );
  });
  test('numbers that the template makes stay numbers', () => {
    expect(
      JSON.parse(renderAs('json', '{"port": {{ .Secrets.A | int }}, "n": {{ len .Secrets.A }}}', { A: '5432' })),
    ).toEqual({ port: 5432, n: 4 });
  });
  test('what is no JSON is refused without quoting it', () => {
    expect(problemOf(() => renderAs('json', '{"a": {{ .Secrets.A }}{{ .Secrets.A }}', { A: 'c4n4ry' }))).toBe(
      'template execution error: template: t:1:0: the output is no JSON',
    );
  });
});

describe('YAML', () => {
  const template = [
    'plain: {{ .Secrets.A }}',
    'double: "<{{ .Secrets.A }}>"',
    "single: '{{ .Secrets.A }}'",
    'quoted: {{ .Secrets.A | quote }}',
    'squoted: {{ .Secrets.A | squote }}',
    'json: {{ .Secrets.A | toJson }}',
    'made: {{ .Secrets.A | toYaml }}',
    'mixed: postgres://{{ .Secrets.A }}:{{ .Secrets.B }}@host/db',
    '# comment',
    'flow: {a: {{ .Secrets.A }}, b: [{{ .Secrets.B }}, "{{ .Secrets.B }}"]}',
    'list:',
    '  - {{ .Secrets.A }}',
    '  - name: {{ .Secrets.B }} # behind it',
    'literal: |',
    '  first {{ .Secrets.A }}',
    '  last',
    'folded: >-',
    '  <{{ .Secrets.B }}>',
    'key:',
    '  {{ .Secrets.A }}x: deep',
    'after: 1',
    '',
  ].join('\n');
  test.each(['1.2', '1.1'] as const)('every value reads back as that very text, wherever it stands (%s)', (version) => {
    fc.assert(
      fc.property(text, text, (A, B) => {
        const read = parseYaml(renderAs('yaml', template, { A, B }), { version });
        const scalar = { plain: A, double: `<${A}>`, single: A, quoted: A, squoted: A, json: A, made: A };
        expect(read).toEqual({
          ...scalar,
          mixed: `postgres://${A}:${B}@host/db`,
          flow: { a: A, b: [B, B] },
          list: [A, { name: B }],
          literal: `first ${A}\nlast\n`,
          folded: `<${B}>`,
          key: { [`${A}x`]: 'deep' },
          after: 1,
        });
      }),
      { numRuns: 60, examples: AWKWARD.map((value): [string, string] => [value, value]) },
    );
  });
  test('a value that fits stays as it is written', () => {
    expect(
      renderAs('yaml', 'a: {{ .Secrets.A }}\nb: "{{ .Secrets.A }}"\nc: |\n  {{ .Secrets.A }}\n', { A: 's3cr3t==' }),
    ).toBe('a: s3cr3t==\nb: "s3cr3t=="\nc: |\n  s3cr3t==\n');
  });
  test('a number is a text unless the template says otherwise', () => {
    expect(parseYaml(renderAs('yaml', 'pin: {{ .Secrets.A }}\nport: {{ .Secrets.A | int }}\n', { A: '5432' }))).toEqual(
      { pin: '5432', port: 5432 },
    );
  });
  test('values in comments cannot leave them', () => {
    expect(renderAs('yaml', '# for {{ .Secrets.A }}\na: 1\n', { A: "x: 'y'" })).toBe("# for x: 'y'\na: 1\n");
    expect(problemOf(() => renderAs('yaml', '# for {{ .Secrets.A }}\na: 1\n', { A: 'x\nb: 2' }))).toContain(
      't:1:9: the value would break the YAML',
    );
  });
  test('what was laid out with indent stays', () => {
    const pem = '-----BEGIN-----\nAAA\n-----END-----';
    expect(parseYaml(renderAs('yaml', 'cert: |{{ .Secrets.A | nindent 2 }}\nb: 1\n', { A: pem }))).toEqual({
      cert: `${pem}\n`,
      b: 1,
    });
  });
  test('several documents, anchors and aliases', () => {
    const file = renderAs('yaml', 'a: &x {{ .Secrets.A }}\nb: *x\n---\n- {{ .Secrets.A }}\n', { A: '*x' });
    expect(file.split('---\n').map((part) => parseYaml(part))).toEqual([{ a: '*x', b: '*x' }, ['*x']]);
    expect(problemOf(() => renderAs('yaml', 'a: &{{ .Secrets.A }} 1\n', { A: 'x {y: z}' }))).toContain(
      'would change the YAML',
    );
  });
  test('a value in an alias or a tag cannot change the data', () => {
    expect(problemOf(() => renderAs('yaml', 'a: &k 1\nb: *{{ .Secrets.A }}\n', { A: 'k' }))).toContain('is no YAML');
  });
  test('a file that is too long for the readers is refused', () => {
    expect(problemOf(() => renderAs('yaml', `a: {{ .Secrets.A }}\n# ${'x'.repeat(140_000)}`, { A: 'v' }))).toContain(
      'more than 131072 characters of YAML',
    );
  });
});

describe('environment files', () => {
  const template = [
    'BARE={{ .Secrets.A }}',
    '# a comment',
    'DOUBLE="<{{ .Secrets.A }}>"',
    "SINGLE='<{{ .Secrets.A }}>'",
    'QUOTED={{ .Secrets.A | quote }}',
    'MIXED={{ .Secrets.A }}:{{ .Secrets.B }} # comment',
    'SPACED=hello {{ .Secrets.A }}',
    '',
    'LAST=1',
    '',
  ].join('\n');
  const written = fc.tuple(text, text).filter(([A, B]) => !/[\r\0]/.test(A + B));
  const expected = (A: string, B: string) => ({
    BARE: A,
    DOUBLE: `<${A}>`,
    SINGLE: `<${A}>`,
    QUOTED: A,
    MIXED: `${A}:${B}`,
    SPACED: `hello ${A}`,
    LAST: '1',
  });
  test('every value reads back by a shell', () => {
    fc.assert(
      fc.property(written, ([A, B]) => {
        const want = expected(A, B);
        expect(readByShell(renderAs('env', template, { A, B }), Object.keys(want))).toEqual(want);
      }),
      { numRuns: 60, examples: AWKWARD.map((value): [[string, string]] => [[value, value]]) },
    );
  });
  test("every value that needs one kind of quotes reads back by Node's reader too", () => {
    const plain = fc
      .tuple(text, text)
      .filter(([A, B]) => !/[\r\0]/.test(A + B) && !needsBothQuotes(A + B) && !/\\/.test(A + B));
    fc.assert(
      fc.property(plain, ([A, B]) => {
        expect({ ...parseEnv(renderAs('env', template, { A, B })) }).toEqual(expected(A, B));
      }),
      {
        examples: AWKWARD.filter((value) => !needsBothQuotes(value) && !value.includes('\\')).map(
          (value): [[string, string]] => [[value, value]],
        ),
      },
    );
  });
  test('what is said around a value keeps its meaning', () => {
    expect(renderAs('env', 'A="$HOME/{{ .Secrets.A }}"\n', { A: 'a"$b' })).toBe('A="$HOME/a\\"\\$b"\n');
    expect(problemOf(() => renderAs('env', 'A=$HOME/{{ .Secrets.A }}\n', { A: 'a b' }))).toContain(
      't:1:11: the value would break the environment file',
    );
  });
  test('a value may be over several lines of quotes, part of a name, or in a comment, and not get out of there', () => {
    expect(readByShell(renderAs('env', 'A="one\n{{ .Secrets.A }}\nthree"\n', { A: '\'"$(id)' }), ['A'])).toEqual({
      A: 'one\n\'"$(id)\nthree',
    });
    expect(renderAs('env', '{{ .Secrets.A }}_KEY=1\n', { A: 'APP' })).toBe('APP_KEY=1\n');
    expect(problemOf(() => renderAs('env', '{{ .Secrets.A }}_KEY=1\n', { A: 'X=1\nB' }))).toContain('would break');
    expect(problemOf(() => renderAs('env', '# {{ .Secrets.A }}\n', { A: 'x\nADMIN=1' }))).toContain('would break');
    expect(problemOf(() => renderAs('env', '{{ .Secrets.A }}\n', { A: 'ADMIN=1\nB=2' }))).toContain('would break');
    expect(problemOf(() => renderAs('env', 'A={{ .Secrets.A }}\n', { A: 'a\rb' }))).toContain('would break');
  });
});

describe('shell', () => {
  const template = [
    'BARE={{ .Secrets.A }}',
    'export DOUBLE="<{{ .Secrets.A }}>"',
    "SINGLE='<{{ .Secrets.A }}>'",
    'QUOTED={{ .Secrets.A | quote }}',
    'SQUOTED={{ .Secrets.A | squote }} # it\'s a "comment"',
    'MIXED=x{{ .Secrets.A }}\\ {{ .Secrets.B }}',
    'set -- {{ .Secrets.A }} {{ .Secrets.B }}; COUNT=$#',
    '',
  ].join('\n');
  test('every value reads back', () => {
    fc.assert(
      fc.property(text, text, (A, B) => {
        const want = {
          BARE: A,
          DOUBLE: `<${A}>`,
          SINGLE: `<${A}>`,
          QUOTED: A,
          SQUOTED: A,
          MIXED: `x${A} ${B}`,
          COUNT: '2',
        };
        expect(readByShell(renderAs('shell', template, { A, B }), Object.keys(want))).toEqual(want);
      }),
      { numRuns: 60, examples: AWKWARD.map((value): [string, string] => [value, value]) },
    );
  });
  test('inside substitutions, here-documents and behind a backslash only plain values are taken', () => {
    for (const template of [
      'X=$(echo {{ .Secrets.A }})',
      'X=`echo {{ .Secrets.A }}`',
      "X=$'{{ .Secrets.A }}'",
      'X=\u0024{Y:-{{ .Secrets.A }}}',
      'cat <<EOF\n{{ .Secrets.A }}\nEOF',
      'X=\\{{ .Secrets.A }}',
    ]) {
      expect(renderAs('shell', template, { A: 'plain-1' })).toContain('plain-1');
      expect(
        problemOf(() => renderAs('shell', template, { A: 'not plain' })),
        template,
      ).toContain('would break the shell text');
    }
    expect(problemOf(() => renderAs('shell', '# {{ .Secrets.A }}', { A: 'x\nid' }))).toContain('would break');
    expect(problemOf(() => renderAs('shell', 'X={{ .Secrets.A }}', { A: 'x\0' }))).toContain('would break');
  });
});

describe('strict mode', () => {
  const templates = {
    json: '{"a": "{{ .Secrets.A }}"}',
    yaml: 'a: {{ .Secrets.A }}',
    env: 'A={{ .Secrets.A }}',
    shell: 'A={{ .Secrets.A }}',
  };
  test.each(Object.entries(templates))(
    '%s: what would need quotes is refused with its place, what fits is taken',
    (format, template) => {
      expect(renderAs(format as 'json', template, { A: 's3cr3t==' }, true)).toBe(
        template.replace('{{ .Secrets.A }}', 's3cr3t=='),
      );
      const problem = problemOf(() => renderAs(format as 'json', template, { A: 'c4n4ry "\n$' }, true));
      expect(problem).toMatch(
        /^template execution error: template: t:1:\d+: the value would break the .*; write it with "quote", or not in strict mode$/,
      );
      expect(problem).not.toContain('c4n4ry');
    },
  );
  test('quote makes it fit', () => {
    expect(renderAs('yaml', 'a: {{ .Secrets.A | quote }}', { A: 'a b' }, true)).toBe('a: "a b"');
  });
});

test('text is left as it is', () => {
  expect(renderAs('text', 'A="{{ .Secrets.A }}"', { A: '"\n$' })).toBe('A=""\n$"');
});
