import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { withSearch } from '../../audit-search.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { zoneName } from '../../ui/time.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { RecordTools } from './record-tools.tsx';
import { Timeline } from './timeline.tsx';

/** Everything that happened, newest first, and whether the record of it is whole. */
export function AuditScreen() {
  const search = useSearch({ from: '/signed-in/audit' });
  const navigate = useNavigate();
  const { data: me } = useSuspenseQuery(meQuery);
  const narrow = (patch: Readonly<Record<string, string | null>>) =>
    void navigate({ to: '/audit', search: withSearch(search, patch), replace: true, resetScroll: false });
  return (
    <Page
      title="Audit"
      lead={`Who did what, when and to what. Nothing is ever changed or removed here. Times are in your zone, ${zoneName()}.`}
    >
      {may(me, 'audit.read', null) ? (
        <>
          <RecordTools organization={me.organization.slug} />
          <AuditFilters search={search} onChange={narrow} />
          <Timeline search={search} onChange={narrow} />
        </>
      ) : (
        <Empty icon="list" title="Not for this role">
          Auditors and administrators of the organization see here what happened.
        </Empty>
      )}
    </Page>
  );
}
