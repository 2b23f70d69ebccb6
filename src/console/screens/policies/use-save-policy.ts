import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { CallOptions, Reply } from '../../../client/api.ts';
import type { ApprovalProfile } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { policyQuery, refreshPolicies } from '../../policy-queries.ts';
import { isChanged, type PolicyDraft, rulesOf } from './policy-draft.ts';

/** Writes the draft: a new policy, a new version, or a change that others agree to first. */
export function useSavePolicy(base: ApprovalProfile | undefined, onSaved: (saved: ApprovalProfile) => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const once = useOneEffect();
  return useMutation({
    mutationFn: (draft: PolicyDraft) => once((options) => write(base, draft, options)),
    onSuccess: (answer) => {
      if ('changeRequest' in answer) {
        notifications.show({ message: 'Others are asked to agree.', withBorder: true });
        return navigate({ to: '/changes/$changeId', params: { changeId: answer.changeRequest.id } });
      }
      notifications.show({ message: `Saved as version ${answer.version}.`, withBorder: true });
      client.setQueryData(policyQuery(answer.id).queryKey, answer);
      onSaved(answer);
      if (base === undefined) return navigate({ to: '/policies/$policyId', params: { policyId: answer.id } });
    },
    onSettled: () => refreshPolicies(client),
  });
}

function write(
  base: ApprovalProfile | undefined,
  { name, ...draft }: PolicyDraft,
  options: CallOptions,
): Promise<Reply<'updateApprovalProfile'>> {
  const rules = rulesOf(draft);
  if (base === undefined) return keyferry.approvalProfiles.create({ name, rules }, options);
  const body = { name, expectedVersion: base.version, ...(isChanged(rules, base.rules) ? { rules } : {}) };
  return keyferry.approvalProfiles.update(base.id, body, options);
}
