import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';

/** Fewest characters that count as a reason. */
const SHORTEST = 5;

interface Props {
  readonly opened: boolean;
  /** What was said last: whoever reads twice seldom has two reasons. */
  readonly last: string;
  readonly onGive: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks why a value is read, where the project wants to know. */
export function ReasonDialog({ opened, onClose, ...rest }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Why do you read it?"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Ask {...rest} onClose={onClose} />
    </Modal>
  );
}

function Ask({ last, onGive, onClose }: Omit<Props, 'opened'>) {
  const [reason, setReason] = useState(last);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // It may lie over a form of its own.
    event.stopPropagation();
    onGive(reason.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">This project asks people for a reason before it hands out a value.</Text>
        <Textarea
          label="Reason"
          description="It stands in the audit trail. Never paste a value."
          required
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          // Escape leaves this dialog alone, not the one that it may lie over.
          data-mantine-stop-propagation="true"
          onKeyDown={({ key }) => key === 'Escape' && onClose()}
          value={reason}
          // One line, so that it reads as one in the record.
          onChange={({ currentTarget: { value } }) => setReason(value.replaceAll(/\s+/g, ' '))}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" disabled={reason.trim().length < SHORTEST}>
            Read it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
