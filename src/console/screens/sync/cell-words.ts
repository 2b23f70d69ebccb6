import type { SyncMapCopy } from '../../../client/api-types.ts';
import { lagText, wordsOf } from '../../words.ts';

/** The first line of a cell: the version where all is well, else the state. */
export function cellLabel({ state, observedVersion }: SyncMapCopy): string {
  return state === 'synced' && observedVersion !== null ? `v${observedVersion}` : wordsOf(state);
}

/** The second line: what is there, what should be, and for how long it has not been so. */
export function cellDetail({ state, desiredVersion, observedVersion, lagSeconds }: SyncMapCopy): string | undefined {
  if (state === 'synced') return undefined;
  const there = observedVersion === null ? '–' : `v${observedVersion}`;
  const wanted = desiredVersion === null ? 'gone' : `v${desiredVersion}`;
  const versions = there === wanted ? there : `${there} → ${wanted}`;
  return lagSeconds === null ? versions : `${versions}, ${lagText(lagSeconds)}`;
}

/** The whole cell in words. */
export function cellText(secret: string, profile: string, copy: SyncMapCopy): string {
  const { state, desiredVersion, observedVersion, lagSeconds } = copy;
  const there = observedVersion === null ? 'nothing proved there' : `version ${observedVersion} is there`;
  const wanted = desiredVersion === null ? 'to be removed' : `version ${desiredVersion} wanted`;
  const lag = lagSeconds === null ? '' : `, behind for ${lagText(lagSeconds)}`;
  return `${secret} at ${profile}: ${wordsOf(state)}, ${there}${state === 'synced' ? '' : `, ${wanted}`}${lag}`;
}
