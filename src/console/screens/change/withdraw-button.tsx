import { Button, Stack, Text } from '@mantine/core';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useChangeAction } from './use-change-action.ts';

export function WithdrawButton({ change }: { readonly change: ChangeRequestDetail }) {
  return (
    <DialogButton label="Withdraw" title="Withdraw this change?">
      {(close) => <Withdraw changeId={change.id} onDone={close} />}
    </DialogButton>
  );
}

function Withdraw({ changeId, onDone }: { readonly changeId: string; readonly onDone: () => void }) {
  const withdraw = useChangeAction({
    send: (options) => keyferry.changes.cancel(changeId, options),
    done: 'Withdrawn.',
    onDone,
  });
  return (
    <Stack>
      <Text size="sm">Nobody is asked any longer and what was proposed is erased. The record of it stays.</Text>
      {withdraw.error && <Failure error={withdraw.error} />}
      <Button color="red.9" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
        Withdraw
      </Button>
    </Stack>
  );
}
