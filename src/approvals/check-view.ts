import { actorView } from '../access/actor-view.ts';
import type { Check } from './check.ts';
import type { CheckView } from './check-schemas.ts';

/** A result as clients see it. @param digest of the change as it is now */
export function checkView(check: Check, digest: string): CheckView {
  const { name, conclusion, summary, url, revision, actor, reportedAt } = check;
  return {
    ...{ name, conclusion, summary, url, revision },
    current: check.digest === digest,
    reporter: actorView(actor),
    reportedAt: reportedAt.toISOString(),
  };
}
