import { useSuspenseQuery } from '@tanstack/react-query';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { PolicyEditor } from './policy-editor.tsx';

/** A policy that is not there yet. */
export function NewPolicyScreen() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Page title="New policy" lead="It takes effect once a vault profile asks for it.">
      {may(me, 'policy.administer', null) ? (
        <PolicyEditor profile={undefined} />
      ) : (
        <Empty icon="shield" title="Not for this role">
          Policies are written by administrators.
        </Empty>
      )}
    </Page>
  );
}
