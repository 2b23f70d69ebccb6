import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { useChangeAction } from './use-change-action.ts';

export function WithdrawButton({ change }: { readonly change: ChangeRequestDetail }) {
  const [open, { open: ask, close }] = useDisclosure();
  const withdraw = useChangeAction({
    send: (options) => keyferry.changes.cancel(change.id, options),
    done: 'Withdrawn.',
    onDone: close,
  });
  return (
    <>
      <Button variant="default" onClick={ask}>
        Withdraw
      </Button>
      <Modal
        opened={open}
        onClose={close}
        title="Withdraw this change?"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">Nobody is asked any longer and what was proposed is erased. The record of it stays.</Text>
          {withdraw.error && <Failure error={withdraw.error} />}
          <Button color="red.9" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Withdraw
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
