import { Button } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { policiesQuery } from '../../policy-queries.ts';
import { meQuery } from '../../queries.ts';
import { may, mayAnywhere } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { PolicyCard } from './policy-card.tsx';
import { useDirectory } from './use-directory.ts';

/** Who must agree to what, policy by policy. */
export function PoliciesScreen() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Page
      title="Policies"
      lead="Who must agree to which changes before they take effect."
      actions={
        may(me, 'policy.administer', null) && (
          <Button renderRoot={(props) => <Link to="/policies/new" {...props} />}>New policy</Button>
        )
      }
    >
      {mayAnywhere(me, 'change.read') ? (
        <Listed />
      ) : (
        <Empty icon="shield" title="Not for this role">
          Ask an administrator for a role that sees changes.
        </Empty>
      )}
    </Page>
  );
}

function Listed() {
  const { data, error, refetch } = useQuery(policiesQuery);
  const { nameOf } = useDirectory();
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={140} />;
  if (data.length === 0) {
    return (
      <Empty icon="shield" title="No policy yet">
        Until one exists and a vault profile asks for it, every change takes effect at once.
      </Empty>
    );
  }
  return data.map((policy) => <PolicyCard key={policy.id} policy={policy} nameOf={nameOf} />);
}
