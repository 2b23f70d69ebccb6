import { useQuery } from '@tanstack/react-query';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { evidenceQuery } from '../../queries.ts';
import { ReasonedButton } from './reasoned-button.tsx';

const SHORTEST_REASON = 20;

/** Puts the change through without the votes, on exactly what is shown. For good on its record. */
export function OverrideButton({ change }: { readonly change: ChangeRequestDetail }) {
  const { data: evidence } = useQuery(evidenceQuery(change.id, change.revision));
  return (
    <ReasonedButton
      label="Override"
      title="Put it through without the votes"
      says="It is carried out now. That you did it and why stays on the change for good, and somebody who could have approved looks at it afterwards."
      field="reason"
      fieldLabel="Why it cannot wait"
      least={SHORTEST_REASON}
      shown={evidence}
      send={(reason, { revision, digest }, options) =>
        keyferry.changes.override(change.id, { reason, revision, digest }, options)
      }
      done="It goes through."
      danger
    />
  );
}

/** Records that the override was looked at. */
export function ReviewOverrideButton({ change }: { readonly change: ChangeRequestDetail }) {
  return (
    <ReasonedButton
      label="Look at the override"
      title="Look at the override"
      says={`${change.override?.by.name ?? 'Somebody'} put it through: “${change.override?.reason ?? ''}”`}
      field="comment"
      fieldLabel="What you make of it"
      least={1}
      shown={change}
      send={(comment, { id }, options) => keyferry.changes.reviewOverride(id, { comment }, options)}
      done="Recorded."
    />
  );
}
