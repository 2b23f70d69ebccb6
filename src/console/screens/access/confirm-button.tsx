import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CallOptions } from '../../../client/api.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { GovernedForm } from './governed-form.tsx';

interface Props {
  readonly label: string;
  /** The button for those who hear it: which one of many. */
  readonly name?: string;
  readonly title: string;
  /** What will come of it. */
  readonly says: ReactNode;
  readonly send: (options: CallOptions) => Promise<unknown>;
  readonly done: string;
  readonly danger?: boolean;
  readonly small?: boolean;
  readonly onAccepted?: () => void;
}

/** Something that is asked for twice. */
export function ConfirmButton({ label, name, title, says, send, done, danger, small, onAccepted }: Props) {
  return (
    <DialogButton
      label={label}
      title={title}
      {...(name !== undefined && { name })}
      {...(small === true && { size: 'compact-xs' as const })}
    >
      {(close) => (
        <GovernedForm
          input={null}
          send={(_, options) => send(options)}
          done={done}
          action={label}
          {...(danger === true && { danger })}
          onAccepted={() => {
            close();
            onAccepted?.();
          }}
        >
          {() => (
            <Text size="sm" component="div">
              {says}
            </Text>
          )}
        </GovernedForm>
      )}
    </DialogButton>
  );
}
