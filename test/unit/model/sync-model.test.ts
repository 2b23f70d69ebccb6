import { expect, test } from 'vitest';
import { explore, modelOf, runOnce, VAULTS, type VaultName } from '../../model/explore.ts';
import { exploreAll } from '../../model/explore-all.ts';
import { RULES, type Rule } from '../../model/world.ts';

/* A short turn of `npm run model-check`, always the same one. */
const NAMES = Object.keys(VAULTS) as VaultName[];
const SEED = 20_261_122;
const RUNS = 1_000;

test.each(NAMES)('%s: no order of steps and faults breaks a property', (vault) => {
  expect(explore(modelOf(vault), SEED, RUNS)).toBeUndefined();
});

test.each(['unique', 'numbered'] as const)('%s: every state of a small bound', (vault) => {
  const bound = { changes: 1, faults: 1, crashes: 0, pauses: 0, foreign: 0, switches: 0, restores: 0 };
  const { states, quiet, problem, complete } = exploreAll(modelOf(vault, 'driftScan'), bound, 20_000);
  expect([problem, complete]).toEqual([undefined, true]);
  expect(states).toBeGreaterThan(1_000);
  expect(quiet).toBeGreaterThan(10);
});

/** For each rule a run that shows what it is for. */
const SHOWN: Record<Rule, readonly [VaultName, number]> = {
  recheck: ['numbered', 4],
  readBack: ['unique', 40],
  compareAndSet: ['unique', 4],
  leaseToken: ['numbered', 267],
  claimFlag: ['numbered', 9],
  generation: ['numbered', 3],
  enabledCheck: ['unique', 13],
  sendDeadline: ['unique', 2047],
  settleUnclear: ['numbered', 798],
  settleTakeover: ['unique', 143],
  settleStale: ['unique', 301],
  driftScan: ['unguarded', 2692],
  restoreLook: ['unguarded', 220],
  wary: ['unique', 793],
};

test.each(RULES)('without %s the same run breaks a property', (rule) => {
  const [vault, seed] = SHOWN[rule];
  expect(runOnce(modelOf(vault, rule), seed)).toBeDefined();
  expect(runOnce(modelOf(vault), seed)).toBeUndefined();
});
