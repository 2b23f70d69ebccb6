import type { VaultProfile } from '../../../client/api-types.ts';
import { type Tone, wordsOf } from '../../words.ts';

/** How a vault profile stands: the worst that is known of it, in a word, and what it means. */
export interface ProfileState {
  readonly tone: Tone;
  readonly label: string;
  /** What to do about it, or what happens by itself. */
  readonly advice: string | undefined;
}

/** The first that holds counts: who looks wants to know what to do first. */
export function stateOfProfile(profile: VaultProfile): ProfileState {
  const { enabled, credential, breaker, check, pausedAt, staleSince, fuse } = profile;
  if (!enabled) return { tone: 'quiet', label: 'Disabled', advice: 'No call begins through it; what is due waits.' };
  if (credential.state === 'refused') {
    return { tone: 'bad', label: 'Credential refused', advice: 'Save the vault with another credential.' };
  }
  if (breaker.state !== 'closed') {
    const why = breaker.code === null ? '' : ` (${wordsOf(breaker.code).toLowerCase()})`;
    return { tone: 'bad', label: 'Unreachable', advice: `Calls fail${why}. It is tried again by itself.` };
  }
  if (check.state === 'failing') {
    return {
      tone: 'bad',
      label: 'Check fails',
      advice: `The vault said: ${wordsOf(check.code ?? 'unknown').toLowerCase()}.`,
    };
  }
  if (fuse.tripped) {
    return { tone: 'bad', label: 'Removals held', advice: `${fuse.wanted} removals wait until somebody lets them go.` };
  }
  if (pausedAt !== null) return { tone: 'quiet', label: 'Paused', advice: 'Copies wait until it is resumed.' };
  if (check.state === 'incomplete') {
    return { tone: 'waiting', label: 'Rights missing', advice: 'The vault grants less than this profile needs.' };
  }
  if (staleSince !== null) return { tone: 'waiting', label: 'Behind', advice: 'A copy lags for longer than it may.' };
  return { tone: 'good', label: check.state === 'unchecked' ? 'Not checked yet' : 'Healthy', advice: undefined };
}
