import { useEffect, useState } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { fullName } from '../../words.ts';
import { ActionDialog, type ActionProps, Says } from './action-dialog.tsx';
import { TouchedConsumers } from './touched-consumers.tsx';

export type VersionAct = 'rollback' | 'enable' | 'disable' | 'destroy';

/** What somebody is about to do with a version. */
export interface VersionIntent {
  readonly act: VersionAct;
  readonly version: number;
}

interface ReversibleIntent extends VersionIntent {
  readonly act: Exclude<VersionAct, 'destroy'>;
}

interface Props {
  readonly secret: Secret;
  /** Undefined: closed. */
  readonly intent: VersionIntent | undefined;
  readonly onClose: () => void;
}

export function VersionDialog({ secret, intent, onClose }: Props) {
  // The dialog shows it while it closes.
  const [shown, setShown] = useState<VersionIntent>();
  useEffect(() => {
    if (intent !== undefined) setShown(intent);
  }, [intent]);
  const [confirm, setConfirm] = useState<readonly string[]>([]);
  if (shown === undefined) return null;
  const { act, version } = shown;
  const action =
    act === 'destroy' ? destroying(secret, version, confirm, setConfirm) : actionOf(secret, { act, version });
  return <ActionDialog {...action} opened={intent !== undefined} onClose={onClose} />;
}

function actionOf(secret: Secret, { act, version }: ReversibleIntent): ActionProps {
  const { id } = secret;
  const expectedVersion = secret.latestVersion ?? 0;
  switch (act) {
    case 'rollback':
      return {
        title: `Roll back to version ${version}`,
        action: 'Roll back',
        done: `Version ${version} is written again, as the newest.`,
        send: (comment, options) => keyferry.secrets.rollback(id, { version, comment, expectedVersion }, options),
        children: (
          <Says>
            What version {version} held is written again as version {expectedVersion + 1}, and carried to every copy.
            Nothing is lost.
          </Says>
        ),
      };
    case 'enable':
      return {
        title: `Enable version ${version}`,
        action: 'Enable',
        done: `Version ${version} can be read again.`,
        send: (comment, options) => keyferry.secrets.enableVersion(id, version, { comment }, options),
        children: <Says>It can be read again, and counts when the newest enabled version is asked for.</Says>,
      };
    case 'disable':
      return {
        title: `Disable version ${version}`,
        action: 'Disable',
        done: `Version ${version} is read no longer.`,
        send: (comment, options) => keyferry.secrets.disableVersion(id, version, { comment }, options),
        children: <Says>Nobody reads it and it is carried nowhere until it is enabled again.</Says>,
      };
  }
}

function destroying(
  secret: Secret,
  version: number,
  confirm: readonly string[],
  onConfirm: (ids: readonly string[]) => void,
): ActionProps {
  return {
    title: `Destroy version ${version}`,
    action: 'Destroy for good',
    done: `The content of version ${version} is gone.`,
    danger: true,
    typed: `${fullName(secret)}@${version}`,
    send: (comment, options) => keyferry.secrets.destroyVersion(secret.id, version, { comment, confirm }, options),
    children: (
      <>
        <Says>Its content is removed from the source for good. Nobody can bring it back.</Says>
        <TouchedConsumers secretId={secret.id} version={version} confirmed={confirm} onConfirm={onConfirm} />
      </>
    ),
  };
}
