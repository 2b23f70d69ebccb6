import type { PayloadFacts } from '../payload/payload-facts.ts';

/** Comparable strengths in bits, NIST SP 800-57 part 1, table 2. */
const CURVE_BITS: Readonly<Record<string, number>> = {
  'P-256': 128,
  'P-384': 192,
  'P-521': 256,
  secp256k1: 128,
  'P-224': 112,
};
const FIXED_BITS: Readonly<Record<string, number>> = { ed25519: 128, x25519: 128, ed448: 224, x448: 224 };

/** NIST SP 800-131A: what is below must not be used any more. */
export const LEAST_KEY_BITS = 112;

/** The security strength in bits that facts of a key speak of; undefined when they speak of none. */
export function keyRank(facts: PayloadFacts): number | undefined {
  const { algorithm, bits, curve } = facts;
  if (typeof curve === 'string') return CURVE_BITS[curve] ?? 80;
  if (algorithm === 'rsa' || algorithm === 'rsa-pss' || algorithm === 'dsa') return modulusRank(bits);
  if (typeof algorithm === 'string' && FIXED_BITS[algorithm] !== undefined) return FIXED_BITS[algorithm];
  return typeof bits === 'number' ? bits : undefined;
}

function modulusRank(bits: unknown): number | undefined {
  if (typeof bits !== 'number') return undefined;
  const table = [
    [15_360, 256],
    [7_680, 192],
    [4_096, 144],
    [3_072, 128],
    [2_048, 112],
  ] as const;
  return table.find(([least]) => bits >= least)?.[1] ?? 80;
}
