import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodedForms } from '../../../src/redaction/encoded-forms.ts';
import { createRedactor, type RedactorOptions } from '../../../src/redaction/redactor.ts';

type Value = string | Uint8Array;

function redact(values: readonly Value[], parts: readonly Value[], options?: RedactorOptions): Buffer {
  const redactor = createRedactor(values, options);
  const output = parts.map((part) => Buffer.from(redactor.push(Buffer.from(part))));
  return Buffer.concat([...output, redactor.end()]);
}
const redactText = (values: readonly Value[], text: string) => redact(values, [text]).toString();

test('a value goes, what is around it stays', () => {
  expect(redactText(['s3cr3t'], 'token=s3cr3t; again s3cr3t.')).toBe('token=********; again ********.');
  expect(redactText([], 'nothing to hide')).toBe('nothing to hide');
  expect(redactText(['s3cr3t'], 's3cr3 s3cr3')).toBe('s3cr3 s3cr3');
});

test('the longest value wins, and nothing is left of values that overlap or touch', () => {
  expect(redactText(['pass', 'password1', 'word1234'], 'x password1 y pass z')).toBe('x ******** y ******** z');
  expect(redactText(['abcdef', 'defghi'], '<abcdefghi>')).toBe('<********>');
  expect(redactText(['abcd', 'efgh'], '<abcdefgh>')).toBe('<********>');
  expect(redactText(['aaaa'], '<aaaaaaaaaaa>')).toBe('<********>');
});

test('older versions are values like any other', () => {
  expect(redactText(['version-3', 'version-2', 'version-1'], 'version-1 version-2 version-3')).toBe(
    '******** ******** ********',
  );
});

describe('encodings', () => {
  const value = 'pä$$ w/"ör<d>&\n\\?';
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = Buffer.from(value).toString('base64');
  test.each([
    ['base64', base64],
    ['base64 without padding', base64.replace(/=+$/, '')],
    ['base64url', Buffer.from(value).toString('base64url')],
    ['hex', Buffer.from(value).toString('hex')],
    ['upper-case hex', Buffer.from(value).toString('hex').toUpperCase()],
    ['a URL', encodeURIComponent(value)],
    ['a URL in lower case', encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())],
    ['a form', new URLSearchParams({ v: value }).toString().slice(2)],
    ['JSON', json],
    ['JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ["Go's JSON", json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)],
    [
      "Python's JSON",
      json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ["PHP's JSON", json.replaceAll('/', '\\/')],
  ])('%s', (_name, form) => {
    expect(redactText([value], `<${form}>`)).toBe('<********>');
  });
  test.each([0, 1, 2])('base64 of a longer text, at offset %i', (offset) => {
    const text = Buffer.from(`${'x'.repeat(offset)}correct-horse-battery tail`).toString('base64');
    const output = redactText(['correct-horse-battery'], text);
    expect(output).toMatch(/^.{0,3}\*{8}.{1,11}$/);
    expect(Buffer.from(output.replaceAll('*', ''), 'base64').toString('latin1')).not.toContain('orrect-horse-batter');
  });
  test('the lines of a key, whatever stands between them, and of base64 that a tool broke', () => {
    const body = Array.from({ length: 3 }, (_, line) => `${line}${line}MIIEvQIBADANBgkqhkiG9w0BAQEFAASC`);
    const pem = `-----BEGIN PRIVATE KEY-----\n${body.join('\n')}\n-----END PRIVATE KEY-----\n`;
    const log = pem.split('\n').map((line) => `12:00 app | ${line}`);
    const hidden = log.map((line) => (/MII/.test(line) ? '12:00 app | ********' : line));
    expect(redactText([pem], log.join('\n'))).toBe(hidden.join('\n'));
    const wide = Buffer.from(pem).toString('base64');
    for (const width of [64, 76]) {
      const wrapped = wide.replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
      expect(redactText([pem], wrapped)).toMatch(/^(\*{8}\n)+.{0,15}$/);
    }
  });
  test('bytes that are no text', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x81]);
    expect(
      redact([bytes], [Buffer.concat([Buffer.from('<'), bytes, Buffer.from(`> ${bytes.toString('hex')}`)])]).toString(),
    ).toBe('<********> ********');
  });
});

test('short values are left alone and reported by their position', () => {
  const redactor = createRedactor(['abc', 'long enough', '', 'ab']);
  expect(redactor.notRedacted).toEqual([0, 2, 3]);
  expect(Buffer.from(redactor.push(Buffer.from('abc ab\n'))).toString()).toBe('abc ab\n');
  const eager = createRedactor(['abc', 'ab', ''], { shortest: 2 });
  expect(eager.notRedacted).toEqual([2]);
  expect(Buffer.concat([eager.push(Buffer.from('abc ab\n')), eager.end()]).toString()).toBe('******** ********\n');
});

test('only what may be the start of a value is held back', () => {
  const redactor = createRedactor(['s3cr3t', `s3cr3t-${'long'.repeat(1000)}`]);
  const push = (text: string) => Buffer.from(redactor.push(Buffer.from(text))).toString();
  expect(push('Continue? ')).toBe('Continue? ');
  expect(push('yes s3c')).toBe('yes ');
  expect(push('r3')).toBe('');
  expect(push('t-longlong')).toBe('');
  expect(push('x')).toBe('********-longlongx');
  expect(push('s3cr3t')).toBe('');
  expect(Buffer.from(redactor.end()).toString()).toBe('********');
});

test('a mask can never be part of a value', () => {
  for (const value of ['********', '****', 'a********', '********b', 'x********y', '*start', 'end*', '*'.repeat(20)]) {
    const redactor = createRedactor([value, 'secret']);
    expect(redactor.mask).toBe('########');
    const output = redactText(
      [value, 'secret'],
      `a${value}b asecretb xsecrety ${'*'.repeat(7)}secret${'*'.repeat(9)} secretstart endsecret`,
    );
    expect(output).not.toContain(value);
  }
  expect(createRedactor(['p*ssword']).mask).toBe('********');
});

const alphabet = fc.constantFrom('a', 'b', '*', '#', '"', ' ', 'é', '/');
const small = fc.string({ unit: alphabet, minLength: 2, maxLength: 6 });
const scenario = fc.record({
  values: fc.array(fc.oneof(small, fc.uint8Array({ minLength: 2, maxLength: 5 })), { minLength: 1, maxLength: 4 }),
  noise: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.oneof(small, fc.uint8Array({ maxLength: 3 }))), { maxLength: 12 }),
  cuts: fc.array(fc.nat(40), { maxLength: 20 }),
});

/** A stream full of the values' forms, whole and in parts, one behind the other. */
function streamOf({ values, noise }: { values: readonly Value[]; noise: readonly [number, number, Value][] }): Buffer {
  const forms = values.flatMap((value) => encodedForms(Buffer.from(value)));
  return Buffer.concat(
    noise.flatMap(([pick, cut, between]) => {
      const form = forms[pick % forms.length] ?? new Uint8Array();
      return [
        Buffer.from(between),
        cut % 3 === 0 ? form.subarray(0, cut % form.length) : cut % 3 === 1 ? form.subarray(cut % form.length) : form,
      ];
    }),
  );
}

function chunksOf(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const cut of cuts) {
    chunks.push(stream.subarray(at, at + cut));
    at += cut;
  }
  return [...chunks, stream.subarray(at)];
}

test('no window of the output holds a value in any form, whatever the values, the text and the chunks', () => {
  fc.assert(
    fc.property(scenario, ({ values, noise, cuts }) => {
      const stream = streamOf({ values, noise });
      const output = redact(values, chunksOf(stream, cuts), { shortest: 2 });
      for (const value of values) {
        for (const form of encodedForms(Buffer.from(value)))
          if (form.length >= 2) expect(output.includes(Buffer.from(form))).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

test('the output is the same, however the stream is cut', () => {
  fc.assert(
    fc.property(scenario, ({ values, noise, cuts }) => {
      const stream = streamOf({ values, noise });
      const whole = redact(values, [stream], { shortest: 2 });
      expect(redact(values, chunksOf(stream, cuts), { shortest: 2 }).equals(whole)).toBe(true);
      expect(
        redact(
          values,
          [...stream].map((byte) => Buffer.from([byte])),
          { shortest: 2 },
        ).equals(whole),
      ).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('what holds no part of a value comes out unchanged', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'xyz{}:, \n'), maxLength: 200 }),
      fc.array(fc.nat(20)),
      (text, cuts) => {
        expect(redact(['s3cr3t', 'Passw0rd!'], chunksOf(Buffer.from(text), cuts)).toString()).toBe(text);
      },
    ),
  );
});
