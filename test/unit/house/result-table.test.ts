import { expect, test } from 'vitest';
import { ResultTable } from '../../contract/result-table.ts';

function table(): ResultTable {
  const made = new ResultTable('law');
  made.set('reading · one', 'memory', 'pass');
  made.set('reading · one', 'vault live', 'pass');
  made.set('failures · two', 'memory', 'refused');
  return made;
}

test('a table has every row and column once, in the order in which they came', () => {
  expect(table().text().split('\n')).toEqual([
    'law             memory   vault live',
    '-----------------------------------',
    'reading · one   pass     pass',
    'failures · two  refused',
    '-----------------------------------',
    '2 rows x 2 columns: 2 pass, 1 refused, 1 missing',
  ]);
});

test('what nothing was put into is a cell all the same', () => {
  expect(table().cells()).toEqual([
    { row: 'reading · one', column: 'memory', cell: 'pass' },
    { row: 'reading · one', column: 'vault live', cell: 'pass' },
    { row: 'failures · two', column: 'memory', cell: 'refused' },
    { row: 'failures · two', column: 'vault live', cell: undefined },
  ]);
});
