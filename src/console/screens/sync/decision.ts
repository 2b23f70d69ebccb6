import type { CallOptions } from '../../../client/api.ts';
import type { MutationAnswer, Target } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';

/** What can become of a copy that is not as it was left. */
export type Way = 'accept' | 'adopt' | 'overwrite' | 'leave';

export const WAYS: Readonly<Record<Way, { readonly label: string; readonly says: string }>> = {
  accept: {
    label: 'Accept',
    says: 'What somebody else wrote there becomes the next version, at the source and at every copy.',
  },
  adopt: { label: 'Adopt', says: 'Take it over as it is, if it is equal to what is wanted there.' },
  overwrite: { label: 'Overwrite', says: 'Replace what is there with the wanted version.' },
  leave: { label: 'Leave', says: 'Let it stand; nothing is carried there until somebody decides otherwise.' },
};

/** What was changed can become a version; what is not ours can be taken over if it is equal. */
export function waysFor(state: Target['state'], mayEdit: boolean): readonly Way[] {
  if (state === 'drifted') return mayEdit ? ['accept', 'overwrite', 'leave'] : ['overwrite', 'leave'];
  return ['adopt', 'overwrite', 'leave'];
}

/** Decides; it is a change like any other and may wait for others. */
export function decide(
  copy: { readonly secretId: string; readonly targetId: string },
  way: Way,
  comment: string,
  options: CallOptions,
): Promise<MutationAnswer> {
  const { secretId, targetId } = copy;
  return way === 'accept'
    ? keyferry.targets.accept(secretId, targetId, { comment }, options)
    : keyferry.targets.resolve(secretId, targetId, { way, comment }, options);
}
