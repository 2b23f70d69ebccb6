import type { Facts, Target } from './api-types.ts';

/* Answers about copies, as far as the sync screens read them. */

/** One copy, as the map shows it. */
export interface MapCopy {
  readonly targetId: string;
  readonly profileId: string;
  readonly state: string;
  readonly desiredVersion: number | null;
  readonly observedVersion: number | null;
  readonly code: string | null;
  /** Out of step for so long; null: it is not. */
  readonly lagSeconds: number | null;
}

export interface MapRow {
  readonly secretId: string;
  readonly projectId: string;
  readonly path: string;
  readonly name: string;
  readonly sourceProfileId: string;
  readonly latestVersion: number | null;
  readonly copies: readonly MapCopy[];
}

/** What narrows the map; what is absent does not. */
export interface MapFilter {
  readonly name?: string;
  readonly profileId?: string;
  readonly targetState?: string;
}

export interface WaitingCopies {
  readonly profileId: string;
  readonly states: Readonly<Record<string, number>>;
  readonly lagSeconds: number;
}

export interface SyncOverview {
  readonly pausedAt: string | null;
  readonly backlog: number;
  readonly backlogLimit: number;
  readonly restore: { readonly suspected: boolean; readonly advice: string | null };
}

/** A copy with all that is known of it. */
export interface Copy extends Target {
  readonly remotePath: string;
  readonly attempts: number;
  readonly dueSince: string | null;
  readonly syncedAt: string | null;
}

export interface HistoryEvent {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly name: string };
  readonly action: string;
  readonly details: Facts;
}
