import type { affectedEvents } from '../consumers/in-use.ts';
import type { SecretChange } from './secret-change.ts';

/** What an applied change is for those who read its secret. */
export function affecting(change: SecretChange, resultVersion?: number): Parameters<typeof affectedEvents>[2] {
  const { id, operation } = change;
  const { version } = change.plan as unknown as { readonly version?: number };
  return { id, operation, version, resultVersion };
}
