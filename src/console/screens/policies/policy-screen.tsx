import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ApprovalProfile } from '../../../client/api-types.ts';
import { policyQuery } from '../../policy-queries.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DeletePolicy } from './delete-policy.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import { RuleText } from './rule-text.tsx';
import { useDirectory } from './use-directory.ts';
import { usePolicyUses } from './use-policy-uses.ts';
import { UsesPanel } from './uses-panel.tsx';

/** One policy: to edit for those who keep policies, to read for the others. */
export function PolicyScreen() {
  const { policyId } = useParams({ from: '/signed-in/policies/$policyId' });
  const { data, error, refetch } = useQuery(policyQuery(policyId));
  if (data) return <PolicyPage key={data.id} policy={data} />;
  return (
    <Page title="Policy">
      {error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={140} />}
    </Page>
  );
}

function PolicyPage({ policy }: { readonly policy: ApprovalProfile }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const mayEdit = may(me, 'policy.administer', null);
  const uses = usePolicyUses(policy.id);
  return (
    <Page
      title={policy.name}
      lead={`Version ${policy.version}`}
      actions={mayEdit && uses && <DeletePolicy policy={policy} uses={uses} />}
    >
      {mayEdit ? <PolicyEditor profile={policy} /> : <InWords policy={policy} />}
      {uses && <UsesPanel policy={policy} uses={uses} mayEdit={mayEdit} />}
      {may(me, 'audit.read', null) && <HistoryPanel policyId={policy.id} />}
    </Page>
  );
}

function InWords({ policy }: { readonly policy: ApprovalProfile }) {
  const { nameOf } = useDirectory();
  return (
    <Panel title="What it asks">
      {policy.rules.map((rule) => (
        <RuleText key={rule.name} rule={rule} nameOf={nameOf} />
      ))}
    </Panel>
  );
}
