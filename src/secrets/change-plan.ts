import type { Change } from '../approvals/change.ts';
import type { SecretOperation } from '../approvals/change-operation.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { ContentTraits } from './evidence/content-traits.ts';
import type { SecretLifetime, VersionLifetime } from './lifetime.ts';

/** What is known of a payload without it: pinned by the grant and stored with the version. */
export interface ContentPlan {
  readonly fingerprint: string;
  readonly fieldNames: readonly string[];
  readonly size: number;
  readonly facts: Json;
  /** Strength and keyed prints of each field: what evidence is made from. Never shown as it is. */
  readonly traits: ContentTraits;
  readonly description: string;
  /** Absent: it lasts. */
  readonly lifetime?: VersionLifetime;
}

/** What to do about an entry that is already at a target's place and not ours. */
export type OnConflict = 'fail' | 'adopt' | 'overwrite';

export interface TargetPlan {
  readonly targetId: string;
  readonly profileId: string;
  readonly profileRevision: number;
  readonly place: string;
  readonly remotePath: string;
  /** What is claimed of the place: {@link remotePath} with prefix and escaping. */
  readonly entry: string;
  readonly onConflict: OnConflict;
}

/** Ids of consumers that it takes something from, which whoever asked for it named. Absent: none. */
export interface Confirmed {
  readonly consumers?: readonly string[];
}

/** What each operation does, without any value. Stored as JSON, covered by the change's digest. */
export interface ChangePlans {
  create: {
    readonly name: string;
    /** Absent: shared. */
    readonly customerId?: string;
    /** Absent: people keep it. */
    readonly systemOwner?: string;
    readonly path: string;
    readonly type: string;
    readonly place: string;
    readonly sourcePath: string;
    readonly sourceEntry: string;
    readonly content: ContentPlan | null;
    readonly targets: readonly TargetPlan[];
    readonly writeOnly?: boolean;
    readonly lifetime?: SecretLifetime;
  };
  /** The entry stays where it is, with the content it had when it was looked at. */
  import: {
    readonly importId: string;
    readonly name: string;
    readonly path: string;
    readonly type: string;
    readonly place: string;
    readonly sourcePath: string;
    readonly sourceEntry: string;
    /** The vault's version that was looked at. */
    readonly vaultVersion: string;
    /** What the entry holds; nothing of it is sealed, it is read again. */
    readonly content: ContentPlan;
    /** Write the ownership marker on the entry. */
    readonly marker: boolean;
  };
  /** `disablePrevious`: the version that was the newest until then is disabled. */
  update: { readonly content: ContentPlan; readonly disablePrevious?: boolean };
  rollback: { readonly content: ContentPlan; readonly toVersion: number };
  edit_metadata: {
    readonly description?: string | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly attributes?: Readonly<Record<string, string>> | undefined;
    readonly writeOnly?: boolean | undefined;
    /** Null: it lasts from now on. */
    readonly lifetime?: SecretLifetime | null | undefined;
  };
  /** What is not named stays. */
  edit_version: {
    readonly version: number;
    readonly description?: string | undefined;
    /** Null: it lasts from now on. */
    readonly lifetime?: Omit<VersionLifetime, 'singleAccess'> | null | undefined;
  };
  /** Also without another name: where the profiles' templates put the entries now. */
  rename: {
    readonly name: string;
    readonly path: string;
    readonly place: string;
    readonly sourcePath: string;
    readonly sourceEntry: string;
    /** Of the version that moves; null: there is none. */
    readonly fingerprint: string | null;
    /** Copies that move, and where to. */
    readonly targets: readonly Omit<TargetPlan, 'onConflict'>[];
  } & Confirmed;
  delete: { readonly recoveryDays: number; readonly copies: 'delete' | 'keep' } & Confirmed;
  restore: Record<string, never>;
  destroy: { readonly copies: 'delete' | 'keep' } & Confirmed;
  enable_version: { readonly version: number };
  disable_version: { readonly version: number };
  destroy_version: { readonly version: number } & Confirmed;
  enable: Record<string, never>;
  disable: Record<string, never>;
  protect: Record<string, never>;
  unprotect: Record<string, never>;
  change_source: {
    readonly profileId: string;
    readonly profileRevision: number;
    readonly place: string;
    readonly sourcePath: string;
    readonly sourceEntry: string;
    readonly fingerprint: string;
    /** Set when the old source stays as a target, with the id that target gets. */
    readonly oldSourceTargetId: string | null;
  };
  add_target: { readonly target: TargetPlan };
  remove_target: { readonly targetId: string; readonly profileId: string; readonly copy: 'delete' | 'keep' };
  resolve_target: {
    readonly targetId: string;
    readonly profileId: string;
    readonly way: 'adopt' | 'overwrite' | 'leave';
  };
  /** `version`: the number it gets at least. */
  accept_source: { readonly content: ContentPlan; readonly vaultVersion: string; readonly version: number };
}

/** The plan of a change whose operation is known. Plans are only ever written through {@link toJson}. */
export function planOf<Operation extends SecretOperation>(
  change: Change,
  _operation: Operation,
): ChangePlans[Operation] {
  return change.plan as unknown as ChangePlans[Operation];
}

/** A plan as the JSON that is stored and digested. */
export function toJson<Operation extends SecretOperation>(_operation: Operation, plan: ChangePlans[Operation]): Json {
  return JSON.parse(JSON.stringify(plan)) as Json;
}
