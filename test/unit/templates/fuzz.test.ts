import { expect, test } from 'vitest';
import { fuzzTemplate } from '../../fuzz/fuzz-template.ts';
import { templateSource } from '../../fuzz/template-source.ts';

const COUNT = 1_000;

test('random templates end cleanly, and no error shows a value (npm run fuzz-templates for more)', () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const next = templateSource(seed);
  const outcomes = { refused: 0, failed: 0, rendered: 0 };
  for (let round = 1; round <= COUNT; round++) {
    const template = next();
    try {
      outcomes[fuzzTemplate(template, round)] += 1;
    } catch (error) {
      throw new Error(`seed ${seed}, ${JSON.stringify(template)}`, { cause: error });
    }
  }
  for (const [outcome, count] of Object.entries(outcomes)) expect(count, outcome).toBeGreaterThan(COUNT / 40);
});
