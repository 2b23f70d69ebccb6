import { useState } from 'react';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { EditForm, type Revising } from './edit-form.tsx';
import { useChangedSecret } from './use-changed-secret.ts';

interface Props {
  readonly change: ChangeRequestDetail;
  readonly way: Revising;
}

const LABEL: Readonly<Record<Revising, string>> = { edit: 'Edit', rebase: 'Rebase' };

/** Makes a new revision: of what was proposed, or onto the secret as it is now. */
export function EditButton({ change, way }: Props) {
  return (
    <DialogButton
      label={change.state === 'rejected' ? 'Edit and ask again' : LABEL[way]}
      title={way === 'edit' ? 'Edit this change' : 'Put it onto the secret as it is now'}
      wide
    >
      {(close) => <Prepared change={change} way={way} onDone={close} />}
    </DialogButton>
  );
}

function Prepared({ change: current, way, onDone }: Props & { readonly onDone: () => void }) {
  // The page goes on showing the newest revision; what is edited is the one that was there when it began.
  const [change] = useState(current);
  const secret = useChangedSecret(change);
  if (secret === undefined) return <Loading rows={2} />;
  return <EditForm change={change} way={way} type={secret.type} onDone={onDone} />;
}
