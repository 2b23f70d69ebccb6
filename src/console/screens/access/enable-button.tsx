import type { CallOptions } from '../../../client/api.ts';
import { ConfirmButton } from './confirm-button.tsx';

interface Props {
  readonly name: string;
  readonly disabled: boolean;
  readonly send: (disabled: boolean, options: CallOptions) => Promise<unknown>;
  /** What disabling means. */
  readonly says: string;
}

/** Locks a person or a machine out, or lets it in again. */
export function EnableButton({ name, disabled, send, says }: Props) {
  if (disabled) {
    return (
      <ConfirmButton
        label="Enable"
        title={`Enable ${name}?`}
        says="Tokens that were not revoked work again."
        send={(options) => send(false, options)}
        done="Enabled."
      />
    );
  }
  return (
    <ConfirmButton
      label="Disable"
      title={`Disable ${name}?`}
      says={says}
      send={(options) => send(true, options)}
      done="Disabled."
      danger
    />
  );
}
