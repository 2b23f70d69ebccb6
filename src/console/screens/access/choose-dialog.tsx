import { Select } from '@mantine/core';
import { useState } from 'react';
import type { CallOptions } from '../../../client/api.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { GovernedForm } from './governed-form.tsx';

interface Props {
  readonly label: string;
  readonly title: string;
  /** What is chosen. */
  readonly field: string;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
  readonly send: (id: string, options: CallOptions) => Promise<unknown>;
  readonly done: string;
}

/** Asks for one of many and does something with it. */
export function ChooseDialog({ label, title, ...form }: Props) {
  return (
    <DialogButton label={label} title={title} size="xs" disabled={form.choices.length === 0}>
      {(close) => <ChooseForm {...form} onAccepted={close} />}
    </DialogButton>
  );
}

interface FormProps extends Omit<Props, 'label' | 'title'> {
  readonly onAccepted: () => void;
}

function ChooseForm({ field, choices, send, done, onAccepted }: FormProps) {
  const [id, setId] = useState<string | null>(null);
  return (
    <GovernedForm input={id ?? ''} send={send} done={done} action="Add" disabled={id === null} onAccepted={onAccepted}>
      {() => (
        <Select
          label={field}
          searchable
          data-autofocus
          data={choices.map((each) => ({ value: each.id, label: each.name }))}
          value={id}
          onChange={setId}
        />
      )}
    </GovernedForm>
  );
}
