import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CORE_FUNCTIONS } from '../../../src/templates/core-functions.ts';
import { executeTemplate } from '../../../src/templates/execute-template.ts';
import { goMap } from '../../../src/templates/go-value.ts';
import { textOf } from '../../../src/templates/output-piece.ts';
import { parseTemplate } from '../../../src/templates/parse-template.ts';
import { TEXT_FUNCTIONS } from '../../../src/templates/text-functions.ts';

interface Case {
  template: string;
  functions: 'core' | 'sprig';
  output?: string;
  error?: string;
}

const file = new URL('./go-templates.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as { secrets: Record<string, string>; cases: Case[] };
const data = goMap([['Secrets', goMap(Object.entries(vectors.secrets), { optional: true })]]);

function render({ template, functions }: Case): string {
  const known = functions === 'core' ? CORE_FUNCTIONS : { ...CORE_FUNCTIONS, ...TEXT_FUNCTIONS };
  const parsed = parseTemplate(template, { name: 't', functions: new Set(Object.keys(known)) });
  return textOf(executeTemplate(parsed, data, { functions: known }));
}

function outcome(each: Case): { output?: string; error?: string } {
  try {
    return { output: render(each) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** `EXEC template: t:1:3: <what is wrong>` as ours says it. */
function expected(error: string): string {
  const kind = error.startsWith('PARSE') ? 'parsing' : 'execution';
  return `template ${kind} error: ${error.replace(/^(PARSE|EXEC) /, '')}`;
}

describe('what Go prints, printed the same', () => {
  for (const each of vectors.cases) {
    test(JSON.stringify(each.template), () => {
      expect(outcome(each)).toEqual(
        each.error === undefined ? { output: each.output } : { error: expected(each.error) },
      );
    });
  }
});
