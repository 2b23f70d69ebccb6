import { Button, Stack } from '@mantine/core';
import type { ChangeRequestDetail, Me } from '../../../client/api-types.ts';
import { KeyferryError } from '../../../client/keyferry-error.ts';
import { keyferry } from '../../keyferry.ts';
import { may, rightFor } from '../../rights.ts';
import { Failure } from '../../ui/failure.tsx';
import { canEdit, canRebase } from './change-content.ts';
import { EditButton } from './edit-button.tsx';
import { OverrideButton, ReviewOverrideButton } from './override-buttons.tsx';
import { RetryButton } from './retry-button.tsx';
import { useChangeAction } from './use-change-action.ts';
import { WithdrawButton } from './withdraw-button.tsx';

interface Props {
  readonly change: ChangeRequestDetail;
  readonly me: Me;
}

/** What can be done with a change beside deciding. */
export function ChangeActions({ change, me }: Props) {
  const mine = change.requester.personId === me.personId;
  const writes = change.secretId !== null && may(me, rightFor(change.operation), change.projectId);
  const wrote = change.editors.includes(me.personId);
  const overrides = may(me, 'change.override', change.projectId) && !mine && !wrote;
  const unreviewed = change.override !== null && change.override.review === null;
  return (
    <Stack gap="xs">
      {writes && wrote && change.state === 'draft' && <Submit key={change.revision} change={change} />}
      {writes && canEdit(change) && <EditButton change={change} way="edit" />}
      {writes && canRebase(change) && <EditButton change={change} way="rebase" />}
      {change.state === 'failed' && writes && <RetryButton change={change} />}
      {overrides && change.state === 'pending_approval' && <OverrideButton change={change} />}
      {unreviewed && !mine && !wrote && may(me, 'change.review', change.projectId) && (
        <ReviewOverrideButton change={change} />
      )}
      {mine && ['pending_approval', 'draft'].includes(change.state) && <WithdrawButton change={change} />}
    </Stack>
  );
}

/** The secret has moved on since the draft was written. */
function isOutdated(error: unknown): boolean {
  return error instanceof KeyferryError && error.code === 'version_conflict';
}

function Submit({ change }: { readonly change: ChangeRequestDetail }) {
  const submit = useChangeAction({
    send: (options) => keyferry.changes.submit(change.id, options),
    done: 'Others are asked to agree.',
  });
  return (
    <>
      <Button loading={submit.isPending} onClick={() => submit.mutate()}>
        Submit
      </Button>
      {submit.error && <Failure error={submit.error} />}
      {isOutdated(submit.error) && <EditButton change={change} way="rebase" />}
    </>
  );
}
