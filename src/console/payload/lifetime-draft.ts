import type { Secret, SecretLifetime } from '../../client/api-types.ts';

/** When it is over with a secret, as it is being written. */
export interface LifetimeDraft {
  /** A minute in the viewer's zone, such as `2026-11-23T14:30`; empty: it lasts. */
  readonly endsAt: string;
  readonly action: 'disable' | 'delete';
}

export const LASTING: LifetimeDraft = { endsAt: '', action: 'disable' };

export function lifetimeDraft({ expiresAt, onExpiry }: Pick<Secret, 'expiresAt' | 'onExpiry'>): LifetimeDraft {
  if (expiresAt === null) return LASTING;
  return { endsAt: minuteOf(new Date(expiresAt)), action: onExpiry === 'delete' ? 'delete' : 'disable' };
}

/** As the API takes it; null: it lasts. */
export function lifetimeOf({ endsAt, action }: LifetimeDraft): SecretLifetime | null {
  return endsAt === '' ? null : { expiresAt: new Date(endsAt).toISOString(), action };
}

/** What an edit says about it: nothing when it stays, as a minute says less than the moment that stands there. */
export function lifetimeEdit(was: LifetimeDraft, is: LifetimeDraft): { readonly lifetime?: SecretLifetime | null } {
  const same = was.endsAt === is.endsAt && (was.action === is.action || is.endsAt === '');
  return same ? {} : { lifetime: lifetimeOf(is) };
}

function minuteOf(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
