import { expect, test } from 'vitest';
import { goMap } from '../../../src/templates/go-value.ts';
import { TEMPLATE_FUNCTION_NAMES } from '../../../src/templates/template-functions.ts';
import { problemOf, render } from './support.ts';

const data = goMap([
  ['L', ['a', 1n, 2.5]],
  [
    'M',
    goMap([
      ['b', 'two'],
      ['a', 1n],
    ]),
  ],
  ['S', 'päß <x>'],
  ['E', ''],
]);

/** What Go 1.19 and sprig 3.2.3 print; columns: template, output. */
const CASES: readonly (readonly [string, string])[] = [
  ['{{ and 1 0 2 }} {{ and 1 "x" }} {{ or 0 "" "z" }} {{ or 0 "" }} {{ not 0 }}', '0 x z  true'],
  [
    '{{ len .L }} {{ len .M }} {{ len .S }} {{ index .L 1 }} {{ index .M "b" }} {{ index .S 0 }} {{ index .L 0 0 }}',
    '3 2 9 1 two 112 97',
  ],
  ['{{ slice .L 1 }} {{ slice .S 0 1 }} {{ slice .L 1 2 }} {{ slice .L 0 1 2 }}', '[1 2.5] p [1] [a]'],
  [
    '{{ html .S }} {{ html "\'\\"&" }} {{ urlquery .S "(1)" }}',
    'päß &lt;x&gt; &#39;&#34;&amp; p%C3%A4%C3%9F+%3Cx%3E%281%29',
  ],
  ['{{ js "a\'b\\"<>&=\\n\\\\é" }}', 'a\\\'b\\"\\u003C\\u003E\\u0026\\u003D\\u000A\\\\é'],
  ['{{ print 1 2 "a" "b" 3 }} {{ println 1 "a" }}', '1 2ab3 1 a\n'],
  [
    '{{ printf "%d|%5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%q|%U" 42 42 42 42 42 42 42 42 42 42 42 42 }}',
    "42|   42|42   |00042|+42|2a|2A|52|101010|*|'*'|U+002A",
  ],
  [
    '{{ printf "%s|%5s|%-5s|%.2s|%q|%x|% x|%#q" "añb" "a" "a" "añb" "a\\"" "añ" "añ" "raw" }}',
    'añb|    a|a    |añ|"a\\""|61c3b1|61 c3 b1|`raw`',
  ],
  [
    '{{ printf "%f|%.2f|%8.3f|%e|%g|%v|%t|%T|%%|%v" 1.5 1.005 3.14159 1500.0 1e21 1e6 true .L .M }}',
    '1.500000|1.00|   3.142|1.500000e+03|1e+21|1e+06|true|[]interface {}|%|map[a:1 b:two]',
  ],
  [
    '{{ printf "%d %s" "a" }}|{{ printf "x" 1 }}|{{ printf "%!" }}|{{ printf "%*d" 5 1 }}',
    '%!d(string=a) %!s(MISSING)|x%!(EXTRA int=1)|%!!(MISSING)|    1',
  ],
  [
    '{{ eq 1 2 1 }} {{ eq "a" "b" }} {{ ne 1 2 }} {{ lt 1.5 2.5 }} {{ le "a" "a" }} {{ gt "b" "a" }} {{ ge 1 2 }}',
    'true false true true true true false',
  ],
  [
    '{{ .L }} {{ .M }} {{ true }} {{ 1.0 }} {{ 1e100 }} {{ 100000.0 }} {{ 12345678.0 }} {{ 0.00001 }}',
    '[a 1 2.5] map[a:1 b:two] true 1 1e+100 100000 1.2345678e+07 1e-05',
  ],
  [
    '{{ default "d" .E }}{{ default "d" "x" }}{{ default "d" 0 }} {{ coalesce "" 0 "c" }} {{ ternary 1 2 true }}{{ false | ternary 1 2 }}',
    'dxd c 12',
  ],
  [
    '{{ required "needed" "x" }} {{ quote "a\\n" 1 }} {{ squote "a" true }} {{ toString 1.5 }}',
    'x "a\\n" "1" \'a\' \'true\' 1.5',
  ],
  [
    '{{ int "12" }} {{ int 3.9 }} {{ int true }} {{ int "x" }} {{ upper .S }} {{ lower "ÄB" }} {{ trim " \\n x\\t" }}',
    '12 3 1 0 PÄß <X> äb x',
  ],
  [
    '{{ trimPrefix "a" "aab" }} {{ trimSuffix "b" "abb" }} {{ trimSuffix "" "ab" }} {{ replace "a" "bb" "banana" }} {{ replace "" "-" "ab" }}',
    'ab ab ab bbbnbbnbb -a-b-',
  ],
  [
    '{{ contains "b" "abc" }} {{ hasPrefix "a" "abc" }} {{ hasSuffix "b" "abc" }} {{ b64enc "é" }} {{ b64dec "w6k=" }} {{ sha256sum "" }}',
    'true true false w6k= é e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ],
  [
    '{{ splitList "," "a,b" | join "-" }} {{ join "," .L }} {{ indent 2 "a\\nb" }} {{ nindent 1 "a" }}',
    'a-b a,1,2.5   a\n  b \n a',
  ],
  [
    '{{ toJson .M }} {{ toJson .L }} {{ toJson "</x>" }} {{ toYaml .M }}',
    '{"a":1,"b":"two"} ["a",1,2.5] "\\u003c/x\\u003e" a: 1\nb: two',
  ],
  ['{{ hasKey .M "a" }} {{ hasKey .M "z" }} {{ get .M "b" }} [{{ get .M "z" }}]', 'true false two []'],
];

test.each(CASES)('%s', (template, output) => {
  expect(render(template, data)).toBe(output);
});

test('every function is called by a case', () => {
  const all = CASES.map(([template]) => template).join('\n');
  const missing = [...TEMPLATE_FUNCTION_NAMES].filter(
    (name) => name !== 'fail' && !new RegExp(`[{(|]\\s*${name}\\b`).test(all),
  );
  expect(missing).toEqual([]);
});

test.each([
  ['{{ len 1 }}', 'len of type int'],
  ['{{ index nil 1 }}', 'index of untyped nil'],
  ['{{ index .L 9 }}', 'index out of range: 9'],
  ['{{ index .L "a" }}', 'cannot index slice/array with type string'],
  ['{{ index .M 1 }}', 'value has type int; should be string'],
  ['{{ index true 1 }}', "can't index item of type bool"],
  ['{{ slice .S 0 2 }}', 'slice would cut a character in two'],
  ['{{ slice .S 3 1 }}', 'invalid slice index'],
  ['{{ slice .S 0 1 1 }}', 'cannot 3-index slice a string'],
  ['{{ slice 1 0 }}', "can't slice item of type int"],
  ['{{ eq 1 "a" }}', 'incompatible types for comparison'],
  ['{{ eq 1 }}', 'missing argument for comparison'],
  ['{{ eq .L .L }}', 'non-comparable type'],
  ['{{ lt true false }}', 'invalid type for comparison'],
  ['{{ upper 1 }}', 'expected string; got int'],
  ['{{ indent "a" "b" }}', 'expected int; got string'],
  ['{{ indent 1001 "b" }}', 'indent takes 0 to 1000 spaces'],
  ['{{ join "," "a" }}', 'expected list; got string'],
  ['{{ hasKey "a" "b" }}', 'expected map; got string'],
  ['{{ b64dec "***" }}', 'that is no base64'],
  ['{{ b64dec "//4=" }}', 'what it decodes to is no text'],
  ['{{ toJson 9007199254740993 }}', 'the integer is too large for JSON'],
  ['{{ required "set it" .E }}', 'error calling required: set it'],
  ['{{ fail "why" }}', 'error calling fail: why'],
  ['{{ replace 1 2 }}', 'wrong number of args for replace: want 3 got 2'],
])('%s is refused', (template, problem) => {
  expect(problemOf(() => render(template, data))).toContain(problem);
});

test.each([
  ['{{ range $i, $x := .L }}{{ $i }}={{ $x }};{{ else }}none{{ end }}', '0=a;1=1;2=2.5;'],
  ['{{ range .M }}{{ . }} {{ end }}{{ range $k, $v := .M }}{{ $k }}{{ $v }} {{ end }}', '1 two a1 btwo '],
  ['{{ range .L }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 2.5 }}{{ break }}{{ end }}{{ . }}{{ end }}', null],
  ['{{ range .L }}{{ break }}{{ end }}{{ range slice .L 0 0 }}x{{ else }}none{{ end }}', 'none'],
  ['{{ range splitList "," "a,b,c" }}{{ if eq . "b" }}{{ continue }}{{ end }}{{ . }}{{ end }}', 'ac'],
  ['{{ range splitList "," "a,b" }}{{ . }}{{ range slice $.L 0 0 }}{{ else }}{{ continue }}{{ end }}-{{ end }}', 'ab'],
  ['{{ with .E }}x{{ else }}empty{{ end }}{{ with $x := "v" }}{{ $x }}{{ . }}{{ end }}', 'emptyvv'],
  [
    '{{ define "d" }}<{{ . }}>{{ end }}{{ template "d" .E }}{{ template "d" }}{{ block "b" .S }}{{ . }}{{ end }}',
    '<><<no value>>päß <x>',
  ],
])('flow: %s', (template, output) => {
  if (output === null) expect(problemOf(() => render(template, data))).toContain('incompatible types for comparison');
  else expect(render(template, data)).toBe(output);
});
