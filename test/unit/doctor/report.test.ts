import { expect, test } from 'vitest';
import { exitCodeOf, type Finding, findingsOf } from '../../../src/doctor/finding.ts';
import { renderJson, renderTable } from '../../../src/doctor/report.ts';

const { ok, warn } = findingsOf('database');
const { fail } = findingsOf('vaults');
const well = ok('server', 'It answers.');
const doubtful = warn('connections', '9 of 10.', 'Have more.');
const broken = fail('shop/main\u001b[2J', 'It does not\nanswer.', 'Mend it.');

test('the exit code tells the worst: 0, 1 or 2', () => {
  expect([[], [well], [well, doubtful], [doubtful, broken, well]].map((each) => exitCodeOf(each as Finding[]))).toEqual(
    [0, 0, 1, 2],
  );
});

test('a line for each, in the order of the areas, with what to do below; nothing moves the cursor', () => {
  expect(renderTable([broken, doubtful, well])).toBe(
    [
      'warn  database  connections    9 of 10.',
      '                               → Have more.',
      'ok    database  server         It answers.',
      'fail  vaults    shop/main?[2J  It does not?answer.',
      '                               → Mend it.',
      '',
      '1 ok, 1 warn, 1 fail. Something does not work.',
      '',
    ].join('\n'),
  );
});

test('as JSON it is the same for programs', () => {
  const report = JSON.parse(renderJson([broken, well])) as { exitCode: number; findings: Finding[] };
  expect(report).toEqual({ exitCode: 2, findings: [well, broken] });
});
