import { Button, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { CallOptions } from '../../../client/api.ts';
import { errorAt } from '../../field-errors.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useChangeAction } from './use-change-action.ts';

interface Props<Shown> {
  readonly label: string;
  readonly title: string;
  readonly says: string;
  readonly field: 'reason' | 'comment';
  readonly fieldLabel: string;
  /** Fewest characters. */
  readonly least: number;
  /** What the action is about; undefined while it is not known. */
  readonly shown: Shown | undefined;
  /** Sends the text, and what was shown when the dialog opened. */
  readonly send: (text: string, shown: Shown, options: CallOptions) => Promise<unknown>;
  readonly done: string;
  readonly danger?: boolean;
}

/** A button whose action needs a text that everybody may read. */
export function ReasonedButton<Shown>(props: Props<Shown>) {
  return (
    <DialogButton label={props.label} title={props.title} disabled={props.shown === undefined}>
      {(close) => <Reason {...props} onDone={close} />}
    </DialogButton>
  );
}

interface ReasonProps<Shown> extends Props<Shown> {
  readonly onDone: () => void;
}

function Reason<Shown>(props: ReasonProps<Shown>) {
  const { says, field, fieldLabel, least, done, danger, label, onDone } = props;
  const [text, setText] = useState('');
  // As it stood when the dialog opened: what comes in meanwhile was not looked at.
  const [shown] = useState(props.shown);
  const act = useChangeAction({
    send: async (options) => shown !== undefined && props.send(text, shown, options),
    done,
    onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate();
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
          error={errorAt(act.error, `/${field}`)}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {act.error && <Failure error={act.error} />}
        <Button
          type="submit"
          color={danger ? 'red.9' : 'ferry'}
          loading={act.isPending}
          disabled={text.trim().length < least}
        >
          {label}
        </Button>
      </Stack>
    </form>
  );
}
