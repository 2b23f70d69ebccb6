import type { Evidence } from '../client/keyferry.ts';
import type { Session } from './session.ts';

/** What a change would do, as whoever decides sees it. */
export function showEvidence(session: Session, evidence: Evidence): void {
  session.one(evidence, {
    columns: {
      operation: ({ operation }) => operation,
      revision: ({ revision }) => revision,
      digest: ({ digest }) => digest,
      fields: ({ content }) =>
        (content?.fields ?? []).map(({ name, presence, value }) => `${name}: ${value ?? presence}`).join(', '),
      warnings: ({ warnings }) => warnings.map(({ code, fields }) => `${code} (${fields.join(', ')})`).join(', '),
      destinations: ({ destinations }) =>
        destinations.map(({ profileName, action }) => `${profileName}: ${action}`).join(', '),
    },
    value: ({ digest }) => digest,
  });
}
