import { Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CallOptions } from '../../../client/api.ts';
import { errorAt } from '../../field-errors.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { GovernedForm } from './governed-form.tsx';

/** What can be typed about a person, a group or a machine. */
export interface Names {
  readonly name: string;
  readonly email: string;
}

interface Props {
  readonly label: string;
  readonly title: string;
  readonly variant?: 'default' | 'filled';
  /** What stands there at first. */
  readonly start?: Partial<Names>;
  readonly withEmail?: boolean;
  readonly send: (names: Names, options: CallOptions) => Promise<unknown>;
  readonly done: string;
}

/** Asks how somebody or something is called. */
export function NameDialog({ label, title, variant, ...form }: Props) {
  return (
    <DialogButton label={label} title={title} {...(variant !== undefined && { variant })}>
      {(close) => <NameForm {...form} onAccepted={close} />}
    </DialogButton>
  );
}

interface FormProps extends Omit<Props, 'label' | 'title' | 'variant'> {
  readonly onAccepted: () => void;
}

function NameForm({ start = {}, withEmail = false, send, done, onAccepted }: FormProps) {
  const [names, setNames] = useState<Names>({ name: '', email: '', ...start });
  const set = (patch: Partial<Names>) => setNames({ ...names, ...patch });
  return (
    <GovernedForm input={names} send={send} done={done} action="Save" onAccepted={onAccepted}>
      {(error) => (
        <Stack gap="sm">
          <TextInput
            label="Name"
            required
            data-autofocus
            autoComplete="off"
            value={names.name}
            error={errorAt(error, '/name')}
            onChange={({ currentTarget }) => set({ name: currentTarget.value })}
          />
          {withEmail && (
            <TextInput
              label="E-mail"
              type="email"
              required
              autoComplete="off"
              value={names.email}
              error={errorAt(error, '/email')}
              onChange={({ currentTarget }) => set({ email: currentTarget.value })}
            />
          )}
        </Stack>
      )}
    </GovernedForm>
  );
}
