import type { ReactNode } from 'react';
import { ConfirmForm } from '../../ui/confirm-form.tsx';
import { type GovernedMutation, useGovernedMutation } from '../../use-governed-mutation.ts';

interface Props<Input> extends GovernedMutation<Input> {
  readonly input: Input;
  /** What the button says. */
  readonly action: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** The fields, with what the API said about them. */
  readonly children: (error: unknown) => ReactNode;
}

/** A form whose answer may be that others have to agree. */
export function GovernedForm<Input>({ input, action, danger, disabled, children, ...mutation }: Props<Input>) {
  const change = useGovernedMutation(mutation);
  return (
    <ConfirmForm
      action={action}
      {...(danger === true && { danger })}
      {...(disabled === true && { disabled })}
      by={change}
      onConfirm={() => change.mutate(input)}
    >
      {children(change.error)}
    </ConfirmForm>
  );
}
