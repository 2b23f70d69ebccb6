import { parseArgs } from 'node:util';
import { explore, modelOf, VAULTS, type VaultName } from './explore.ts';
import { exploreAll } from './explore-all.ts';
import { RULES, type Rule } from './world.ts';

/*
 * `npm run model-check`: runs under chance, every state of a small bound, and then the same without each rule, which must be
 * found out. `--runs` per kind of vault; `--seed` brings an earlier run back exactly. Exit code 1 when anything is not as it
 * should be.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '70000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
  },
});
const seed = Number(values.seed);
const runs = Number(values.runs);
/** Two workers, a change of the secret, a fault and a pause beyond the lease. */
const BOUND = { changes: 1, faults: 1, crashes: 0, pauses: 1, foreign: 0, switches: 0, restores: 0 };
const MOST_STATES = 1_000_000;
const names = Object.keys(VAULTS) as VaultName[];
const began = performance.now();
let problems = 0;

function tell(line: string, good: boolean): void {
  if (!good) problems += 1;
  process.stdout.write(`${good ? '' : 'PROBLEM: '}${line}\n`);
}

/** With the first kind of vault that shows the fault. */
function firstFinding(rule: Rule): string | undefined {
  for (const vault of names) {
    const finding = explore(modelOf(vault, rule), seed, runs);
    if (finding) return `found with ${vault} in run ${finding.seed - seed + 1}: ${finding.problem}`;
  }
  return undefined;
}

process.stdout.write(`model check: seed ${seed}\n`);
for (const vault of names) {
  const finding = explore(modelOf(vault), seed, runs);
  tell(`${vault}: ${finding ? `seed ${finding.seed}: ${finding.problem}` : `${runs} runs, 0 violations`}`, !finding);
}
for (const vault of names.filter((name) => VAULTS[name].compareAndSet)) {
  const { states, quiet, problem, complete } = exploreAll(modelOf(vault, 'driftScan'), BOUND, MOST_STATES);
  const what = problem ?? `${complete ? 'all ' : ''}${states} states within the bound, ${quiet} at rest, 0 violations`;
  tell(`${vault}: ${what}`, problem === undefined && complete);
}
for (const rule of RULES) {
  const found = firstFinding(rule);
  tell(`without ${rule}: ${found ?? 'not found'}`, found !== undefined);
}
process.stdout.write(`${problems} problems, ${Math.round((performance.now() - began) / 1_000)} s\n`);
process.exitCode = problems === 0 ? 0 : 1;
