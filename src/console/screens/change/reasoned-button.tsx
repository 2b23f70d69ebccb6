import { Button, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import type { ChangeDetail } from '../../api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { Failure } from '../../ui/failure.tsx';
import { useChangeAction } from './use-change-action.ts';

interface Props {
  readonly change: ChangeDetail;
  readonly label: string;
  readonly title: string;
  readonly says: string;
  readonly field: 'reason' | 'comment';
  readonly fieldLabel: string;
  /** Fewest characters. */
  readonly least: number;
  readonly action: string;
  /** What is sent beside the text; undefined while it is not known. */
  readonly more: Readonly<Record<string, unknown>> | undefined;
  readonly done: string;
  readonly danger?: boolean;
}

/** A button whose action needs a text that everybody may read. */
export function ReasonedButton(props: Props) {
  const { label, title, more } = props;
  const [open, { open: ask, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" disabled={more === undefined} onClick={ask}>
        {label}
      </Button>
      <Modal opened={open} onClose={close} title={title} centered closeButtonProps={{ 'aria-label': 'Close' }}>
        <Reason {...props} onDone={close} />
      </Modal>
    </>
  );
}

function Reason({
  change,
  says,
  field,
  fieldLabel,
  least,
  action,
  more,
  done,
  danger,
  label,
  onDone,
}: Props & { readonly onDone: () => void }) {
  const [text, setText] = useState('');
  // Exactly what was shown when the dialog opened.
  const [shown] = useState(more);
  const send = useChangeAction({ change, action, body: () => ({ ...shown, [field]: text }), done, onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{says}</Text>
        <Textarea
          label={fieldLabel}
          description="Everybody who may see the change reads it. Never paste a value."
          autosize
          minRows={3}
          required
          data-autofocus
          value={text}
          error={errorAt(send.error, `/${field}`)}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {send.error && <Failure error={send.error} />}
        <Button
          type="submit"
          color={danger ? 'red.9' : 'ferry'}
          loading={send.isPending}
          disabled={text.trim().length < least}
        >
          {label}
        </Button>
      </Stack>
    </form>
  );
}
