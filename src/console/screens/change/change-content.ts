import type { ChangeRequest } from '../../../client/api-types.ts';

interface ContentPlan {
  readonly fieldNames?: readonly string[];
}

function planned({ plan }: ChangeRequest): ContentPlan | undefined {
  return (plan.content as ContentPlan | null | undefined) ?? undefined;
}

/** Names of the fields that a change writes. */
export function fieldNamesOf(change: ChangeRequest): readonly string[] {
  return planned(change)?.fieldNames ?? [];
}

/** Whether its content is given by people: a rollback brings its own, an import finds it in the vault. */
export function takesContent(change: ChangeRequest): boolean {
  return planned(change) !== undefined && change.operation !== 'rollback' && change.operation !== 'import';
}

/** Its content was erased when it ended, so that a new revision needs it again. */
export function contentErased({ state }: ChangeRequest): boolean {
  return state === 'rejected' || state === 'conflict';
}

/** Whether a new revision can be written. The content of a rollback cannot come back. */
export function canEdit(change: ChangeRequest): boolean {
  if (change.state === 'rejected') return change.operation !== 'rollback';
  return change.state === 'draft' || change.state === 'pending_approval';
}

/** Whether it can be put onto the secret as it is now. */
export function canRebase(change: ChangeRequest): boolean {
  return change.state === 'conflict' && change.operation !== 'rollback';
}
