import type { Actor } from '../access/actor.ts';
import type { Reply } from '../api/reply.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { EditTransaction, Sql } from '../db.ts';
import type { PolicySnapshot } from './approval-policy.ts';
import type { AdministrativeOperation, SubjectType } from './change-operation.ts';

/** A subject as reviewers may see it. */
export interface Seen {
  readonly subjectId: string;
  /** Rises when the subject changes, where it has such a number; else 0. */
  readonly revision: number;
  /** Nothing secret and nothing that moves by itself. Null: it is not there. */
  readonly state: Json | null;
}

/** What an administrative change does, as it is stored, shown and covered by the digest. */
export interface ActionPlan {
  readonly before: Json | null;
  readonly after: Json | null;
  /** Names of credentials that are replaced by ones nobody is shown. */
  readonly credentialsReplaced: readonly string[];
  /** What else a reviewer should know. */
  readonly remarks: Json | null;
}

/** What deciding about an administrative change takes. */
export interface ActionQuestion {
  readonly organizationId: string;
  readonly subjectId: string;
  readonly plan: ActionPlan;
}

/**
 * An administrative operation that policies may ask for. The same `run` answers the request when nobody asks, tells in a
 * rolled-back trial what it would do, and carries it out once it was approved: what is checked at the door is checked again
 * then, with the rights that the requester holds at that moment.
 *
 * `Input` is JSON: it is sealed with the change while it waits.
 */
export interface GovernedAction<Input> {
  readonly operation: AdministrativeOperation;
  readonly subjectType: Exclude<SubjectType, 'secret'>;
  /** Locks the subject and shows it. Decides nothing: whether it exists and for whom is up to `run`. */
  look(tx: EditTransaction, organizationId: string, input: Input): Promise<Seen>;
  /** What policies ask of it now, before it has happened. */
  asked(db: Sql, question: ActionQuestion): Promise<readonly PolicySnapshot[]>;
  /** Does it, with its audit events, or throws why not. */
  run(actor: Actor, tx: EditTransaction, input: Input): Promise<Reply>;
  /** Names of the credentials in the input. */
  credentialsIn?(input: Input, before: Json | null): Promise<readonly string[]>;
  remarks?(before: Json | null, after: Json | null, input: Input): Json | null;
}

/** Every administrative operation with what it does. */
export type GovernedActions = Readonly<Record<AdministrativeOperation, GovernedAction<never>>>;

/** As it will come back from the database: without `undefined`, in plain objects. */
export function plainJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
