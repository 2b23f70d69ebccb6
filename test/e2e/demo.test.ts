import { readdir } from 'node:fs/promises';
import os from 'node:os';
import { expect, test } from 'vitest';
import { createStory, StoryFailed } from '../demo/story.ts';
import { startProgram } from '../support/process.ts';

test('npm run demo finds every fact it states true, and leaves nothing behind', async () => {
  const before = await demoFolders();
  const demo = startProgram('test/demo/main.js');
  const { code } = await demo.ended;
  expect(demo.output()).toMatch(/\nAll \d+ facts hold\. \(\d+\.\d s\)\n$/);
  expect(demo.output()).not.toContain('✗');
  expect(code).toBe(0);
  expect((await demoFolders()).filter((name) => !before.includes(name))).toEqual([]);
});

test('a fact that does not hold ends the story', () => {
  const told: string[] = [];
  const story = createStory((line) => told.push(line));
  story.check('two and two are four', true);
  expect(() => story.check('the moon is a cheese', false, 'rock')).toThrow(StoryFailed);
  expect(told).toEqual(['   ✓ two and two are four', '   ✗ the moon is a cheese\n     seen: "rock"']);
});

async function demoFolders(): Promise<string[]> {
  return (await readdir(os.tmpdir())).filter((name) => name.startsWith('keyferry-demo-'));
}
