import type { VaultKind } from '../../adapters/adapter.ts';
import { type Actor, actorRef } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import { invalidField } from '../errors.ts';

/**
 * What follows from a copy that is not as we left it. `alert`: the target says so and nothing is touched. `repair`: the approved
 * version is written again. `propose`: a content that somebody put there is proposed as a new version of the secret, through
 * the one door and its policies; whatever else was done to the copy is only shown.
 */
export const DRIFT_POLICIES = ['alert', 'repair', 'propose'] as const;
export type DriftPolicy = (typeof DRIFT_POLICIES)[number];

/** What a profile says about drift, as stored. */
export interface DriftColumns {
  readonly driftPolicy: string;
  /** Between two looks at a copy that is in step; null: nobody looks by itself. */
  readonly driftIntervalMinutes: number | null;
  readonly driftPerMinute: number;
}

/**
 * Without compare-and-set a write that comes late can undo a newer one, and only a later look finds that: there the scan must
 * not be turned off.
 */
export function driftScanOf(capabilities: { readonly compareAndSet: boolean }): 'mandatory' | 'optional' {
  return capabilities.compareAndSet ? 'optional' : 'mandatory';
}

/** Throws `invalid_input` when the scan is turned off where it is needed. */
export function demandDriftScan(
  { driftIntervalMinutes }: Pick<DriftColumns, 'driftIntervalMinutes'>,
  module: { readonly kind: VaultKind; readonly capabilities: { readonly compareAndSet: boolean } },
): void {
  if (driftIntervalMinutes !== null || driftScanOf(module.capabilities) === 'optional') return;
  throw invalidField('/drift/intervalMinutes', `a number of minutes: ${module.kind} has no compare-and-set`);
}

/**
 * Who answers for outside values that are proposed: whoever chose so. Throws `forbidden` for somebody who may not edit secrets in
 * the whole organization.
 */
export function answerForDrift(actor: Actor, policy: string) {
  if (policy !== 'propose') return undefined;
  authorize(actor, 'secret.edit');
  return { ...actorRef(actor) };
}
