import type { Tone } from '../../words.ts';

/** Whether somebody can do anything at all. */
export function standingOf({ disabled }: { readonly disabled: boolean }): {
  readonly tone: Tone;
  readonly label: string;
} {
  return disabled ? { tone: 'quiet', label: 'Disabled' } : { tone: 'good', label: 'Active' };
}
