import type { ChangeRequest, Secret, SecretVersion } from '../client/api-types.ts';

/** A code as people read it: `edit_vault` → `Edit vault`. */
export function wordsOf(code: string): string {
  const text = code.replaceAll(/[_.]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const VERBS: Readonly<Record<string, string>> = {
  create: 'Create',
  update: 'Update',
  edit_metadata: 'Describe',
  rollback: 'Roll back',
  delete: 'Delete',
  restore: 'Restore',
  destroy: 'Destroy',
  enable_version: 'Enable a version of',
  disable_version: 'Disable a version of',
  destroy_version: 'Destroy a version of',
  change_source: 'Change the source of',
  add_target: 'Add a target to',
  remove_target: 'Remove a target from',
  resolve_target: 'Resolve a conflict of',
  accept_source: 'Accept what lies at the source of',
  edit_version: 'Describe a version of',
  unprotect: 'Lift the protection of',
  edit_approval_profile: 'Edit policy',
  delete_approval_profile: 'Delete policy',
  grant_role: 'Give a role',
  revoke_role: 'Take away a role',
  add_group_member: 'Add to a group',
  remove_group_member: 'Take out of a group',
  issue_token: 'Make a token',
};

/** The beginning of a sentence whose end is what the change is about. */
export function verbOf(operation: string): string {
  return VERBS[operation] ?? wordsOf(operation);
}

/** What the change itself says about its subject: a new secret has no record yet. */
export function plannedName({ plan }: ChangeRequest): string | undefined {
  const { name, path } = plan;
  if (typeof name !== 'string') return undefined;
  return typeof path === 'string' && path !== '' ? `${path}/${name}` : name;
}

export type Tone = 'waiting' | 'moving' | 'good' | 'bad' | 'quiet';

interface StateWords {
  readonly label: string;
  readonly tone: Tone;
}

export type SecretState = Secret['state'];

export const CHANGE_STATE: Readonly<Record<ChangeRequest['state'], StateWords>> = {
  draft: { label: 'Draft', tone: 'quiet' },
  pending_approval: { label: 'Waits for approval', tone: 'waiting' },
  approved: { label: 'Approved', tone: 'moving' },
  executing: { label: 'Being carried out', tone: 'moving' },
  indeterminate: { label: 'Outcome unclear', tone: 'bad' },
  applied: { label: 'Applied', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  conflict: { label: 'Conflict', tone: 'bad' },
  rejected: { label: 'Rejected', tone: 'bad' },
  cancelled: { label: 'Withdrawn', tone: 'quiet' },
  expired: { label: 'Expired', tone: 'quiet' },
};

export const SECRET_STATE: Readonly<Record<SecretState, StateWords>> = {
  draft: { label: 'Draft', tone: 'quiet' },
  pending_approval: { label: 'Change waits', tone: 'waiting' },
  active: { label: 'Active', tone: 'good' },
  rejected: { label: 'Rejected', tone: 'bad' },
  failed: { label: 'Failed', tone: 'bad' },
  deleted: { label: 'Deleted', tone: 'quiet' },
  destroyed: { label: 'Destroyed', tone: 'quiet' },
};

export const SECRET_STATES = Object.keys(SECRET_STATE) as readonly SecretState[];

export const VERSION_TONE: Readonly<Record<SecretVersion['state'], Tone>> = {
  enabled: 'good',
  disabled: 'quiet',
  destroyed: 'quiet',
};

export function stateOf({ state, enabled }: Secret): StateWords {
  return state === 'active' && !enabled ? { label: 'Disabled', tone: 'quiet' } : SECRET_STATE[state];
}

/** As it is written everywhere: folder and name. */
export function fullName({ path, name }: Pick<Secret, 'path' | 'name'>): string {
  return path === '' ? name : `${path}/${name}`;
}

const TARGET_TONES: Readonly<Record<string, Tone>> = {
  synced: 'good',
  pending: 'moving',
  syncing: 'moving',
  removing: 'moving',
  paused: 'quiet',
  removed: 'quiet',
};

export function toneOfTarget(state: string): Tone {
  return TARGET_TONES[state] ?? 'bad';
}

/** How long something is out of step, for people: `40 s`, `12 min`, `3 h`, `2 d`. */
export function lagText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
