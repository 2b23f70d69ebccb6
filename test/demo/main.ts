import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startApiProcess } from '../support/broker-process.ts';
import type { Program } from '../support/process.ts';
import { startVaultProcess } from '../support/vault-process.ts';
import { playScenario } from './scenario.ts';
import { createStory, StoryFailed } from './story.ts';

/*
 * `npm run demo`: a broker and four vaults as processes on this machine, in a folder that is removed afterwards, and the
 * main job from end to end. Ends with 0 only when every fact it states was found true.
 */
const began = performance.now();
const started: Program[] = [];
const story = createStory((line) => process.stdout.write(`${line}\n`));
const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-demo-'));
// Run by root, the embedded PostgreSQL has an account of its own, which must get in.
await chmod(folder, 0o711);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
}

try {
  await run();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  process.stdout.write(`\nAll ${story.checked} facts hold. (${seconds} s)\n`);
} catch (error) {
  const why = error instanceof Error ? error.message : 'unknown';
  process.stdout.write(`\nThe demo FAILED: ${why}\n`);
  const broker = started.find((program) => program.output().includes('Keyferry is running'));
  if (!(error instanceof StoryFailed) && broker) process.stdout.write(`\nThe broker said:\n${broker.output()}\n`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}

async function run(): Promise<void> {
  process.stdout.write('Keyferry: one secret, written once, approved, and proved in every vault.\n');
  const vaults = await Promise.all([1, 2, 3, 4].map(() => startVaultProcess()));
  started.push(...vaults);
  const dataDir = path.join(folder, 'data');
  const env = { KEYFERRY_DATA_DIR: dataDir, KEYFERRY_VAULT_TIMEOUT_MS: '1000', KEYFERRY_SCAN_INTERVAL_MS: '250' };
  const broker = await startApiProcess(env);
  started.unshift(broker);
  const [source, ...targets] = vaults;
  if (source === undefined) throw new Error('no vault');
  const masterKey = readFileSync(path.join(dataDir, 'master.key'), 'utf8').trim();
  const admin = broker.api(broker.adminToken);
  const values = await playScenario({ story, admins: [admin], source, targets, masterKey });
  const said = [story.text(), ...started.map((program) => program.output())].join('\n');
  story.check(
    'no value of any secret was printed or logged on the way',
    values.every((value) => !said.includes(value) && !said.includes(JSON.stringify(value).slice(1, -1))),
  );
}

async function cleanUp(): Promise<void> {
  for (const program of started.splice(0)) await program.stop();
  await rm(folder, { recursive: true, force: true });
}
