import { type Document, isScalar, parseAllDocuments, parseDocument, type Scalar, visit } from 'yaml';
import type { Skeleton } from './skeleton.ts';

/** Readers of YAML are slow. Longer files are refused. */
const LONGEST = 128 * 1024;
/** A value of these may stand in a plain text; whether the whole then is a text, a reader tells. */
const PLAIN = /^[A-Za-z0-9_./](?:[A-Za-z0-9_./@%+=,:-]*[A-Za-z0-9_./@%+=-])?$/;
/** One line that every reader takes as it is; https://yaml.org/spec/1.2.2/#51-character-set. */
const PRINTABLE = /^[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u;

/**
 * Values in YAML. A value is always a text, whatever it looks like: one that a reader of YAML 1.2 or 1.1 (Helm, Ansible) would
 * take for a number, a boolean or a date is put in double quotes, and so is a scalar that cannot hold it as it is written.
 */
export function fitYaml(skeleton: Skeleton): string {
  if (skeleton.text.length > LONGEST) skeleton.refuse(undefined, `more than ${LONGEST} characters of YAML`);
  const { documents, data } = read(skeleton.text) ?? skeleton.malformed();
  let output = '';
  let at = 0;
  for (const { start, end, scalar } of scalarsOf(documents)) {
    const source = skeleton.text.slice(start, end);
    if (start < at || skeleton.words(source).length === 0) continue;
    output += outside(skeleton, skeleton.text.slice(at, start)) + written(skeleton, scalar, source);
    at = end;
  }
  output += outside(skeleton, skeleton.text.slice(at));
  if (!sameData(data, read(output)?.data, skeleton)) {
    skeleton.refuse(skeleton.words(skeleton.text)[0], 'the values would change the YAML around them');
  }
  return output;
}

/** The file as a reader sees it; undefined when it is no YAML. */
function read(text: string): { readonly documents: readonly Document[]; readonly data: unknown } | undefined {
  try {
    const documents: Document[] = parseAllDocuments(text, { logLevel: 'silent' });
    if (documents.some((document) => document.errors.length > 0)) return undefined;
    const data = documents.map((document): unknown => document.toJS({ mapAsMap: true, maxAliasCount: 100 }));
    return { documents, data };
  } catch {
    return undefined;
  }
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly scalar: Scalar;
}

function scalarsOf(documents: readonly Document[]): Place[] {
  const places: Place[] = [];
  for (const document of documents) {
    visit(document, {
      Scalar(_key, scalar) {
        const [start, end] = scalar.range ?? [0, 0];
        if (end > start) places.push({ start, end, scalar });
      },
    });
  }
  return places.sort((a, b) => a.start - b.start);
}

/** Comments and the like: nothing in a value may end the line. */
function outside(skeleton: Skeleton, part: string): string {
  return skeleton.fill(part, (value, word) => (PRINTABLE.test(value) ? value : skeleton.refuse(word)));
}

function written(skeleton: Skeleton, scalar: Scalar, source: string): string {
  const words = skeleton.words(source);
  if (typeof scalar.value !== 'string') return skeleton.refuse(words[0]);
  const full = skeleton.fill(scalar.value);
  const unfit = words.find((word) => !fits(scalar.type, skeleton.valueOf(word)));
  if (unfit === undefined && (scalar.type !== 'PLAIN' || isPlainText(full))) return skeleton.fill(source);
  if (skeleton.strict) skeleton.refuse(unfit ?? words[0]);
  if (scalar.type === 'QUOTE_DOUBLE') return skeleton.fill(source, inDoubleQuotes);
  return `"${inDoubleQuotes(full)}"${source.endsWith('\n') ? '\n' : ''}`;
}

function fits(type: Scalar['type'], value: string): boolean {
  if (type === 'QUOTE_DOUBLE') return inDoubleQuotes(value) === value;
  if (type === 'QUOTE_SINGLE') return PRINTABLE.test(value) && !/'|^ | $/.test(value);
  if (type === 'PLAIN') return PLAIN.test(value);
  return PRINTABLE.test(value) && /^\S(.*\S)?$/.test(value);
}

/** Does every reader take this, written without quotes, for the text that it is? */
function isPlainText(text: string): boolean {
  return (['1.2', '1.1'] as const).every((version) => {
    const { contents, errors } = parseDocument(text, { version, logLevel: 'silent' });
    return errors.length === 0 && isScalar(contents) && contents.value === text;
  });
}

function inDoubleQuotes(value: string): string {
  return JSON.stringify(value)
    .slice(1, -1)
    .replace(
      /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/** Is `actual` what `expected` is, with the values in the places of the words? */
function sameData(expected: unknown, actual: unknown, skeleton: Skeleton): boolean {
  if (typeof expected === 'string') return actual === skeleton.fill(expected);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => sameData(item, actual[index], skeleton))
    );
  }
  if (expected instanceof Map) {
    return actual instanceof Map && sameData([...expected].flat(1), [...actual].flat(1), skeleton);
  }
  return Object.is(expected, actual);
}
