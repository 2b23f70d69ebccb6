import type { SecretDetail, SecretState, Version } from './secret-types.ts';
import type { Tone } from './words.ts';

export const SECRET_STATE: Readonly<Record<SecretState, { readonly label: string; readonly tone: Tone }>> = {
  draft: { label: 'Draft', tone: 'quiet' },
  pending_approval: { label: 'Change waits', tone: 'waiting' },
  active: { label: 'Active', tone: 'good' },
  rejected: { label: 'Rejected', tone: 'bad' },
  failed: { label: 'Failed', tone: 'bad' },
  deleted: { label: 'Deleted', tone: 'quiet' },
  destroyed: { label: 'Destroyed', tone: 'quiet' },
};

export const VERSION_TONE: Readonly<Record<Version['state'], Tone>> = {
  enabled: 'good',
  disabled: 'quiet',
  destroyed: 'quiet',
};

export function stateOf({ state, enabled }: SecretDetail): { readonly label: string; readonly tone: Tone } {
  return state === 'active' && !enabled ? { label: 'Disabled', tone: 'quiet' } : SECRET_STATE[state];
}

/** As it is written everywhere: folder and name. */
export function fullName({ path, name }: Pick<SecretDetail, 'path' | 'name'>): string {
  return path === '' ? name : `${path}/${name}`;
}
