import { Modal, Text, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallOptions } from '../../../client/api.ts';
import type { MutationAnswer } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { ConfirmForm } from '../../ui/confirm-form.tsx';
import { useSecretMutation } from '../../use-secret-mutation.ts';

export interface ActionProps {
  /** What the button says. */
  readonly action: string;
  /** Said when it has taken effect. */
  readonly done: string;
  readonly danger?: boolean;
  /** What has to be typed before it can be done. */
  readonly typed?: string;
  readonly send: (comment: string, options: CallOptions) => Promise<MutationAnswer>;
  /** What will come of it. */
  readonly children: ReactNode;
}

interface DialogProps {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Asks before a change of a secret, and for the reason that reviewers will read. */
export function ActionDialog({ opened, title, ...action }: ActionProps & DialogProps) {
  return (
    <ActionFrame opened={opened} title={title} onClose={action.onClose}>
      <ActionForm {...action} />
    </ActionFrame>
  );
}

/** The dialog around an {@link ActionForm} whose fields have a state of their own: it is begun anew whenever the dialog opens. */
export function ActionFrame({ opened, title, onClose, children }: DialogProps & { readonly children: ReactNode }) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      {children}
    </Modal>
  );
}

export function ActionForm({
  action,
  done,
  danger,
  typed,
  send,
  children,
  onClose,
}: ActionProps & Pick<DialogProps, 'onClose'>) {
  const [comment, setComment] = useState('');
  const change = useSecretMutation({
    send: (options) => send(comment, options),
    done: () => done,
    onAccepted: onClose,
  });
  return (
    <ConfirmForm
      action={action}
      {...(danger === true && { danger })}
      typed={typed}
      by={change}
      onConfirm={() => change.mutate()}
      onBack={onClose}
    >
      {children}
      <Textarea
        label="Why"
        description="Reviewers and the audit trail show it. Never paste a value."
        autosize
        minRows={2}
        value={comment}
        error={errorAt(change.error, '/comment')}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
    </ConfirmForm>
  );
}

/** The plain words of an action. */
export function Says({ children }: { readonly children: ReactNode }) {
  return <Text size="sm">{children}</Text>;
}
