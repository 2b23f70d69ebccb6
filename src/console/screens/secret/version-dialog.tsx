import { useEffect, useState } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { fullName } from '../../words.ts';
import { ActionForm, ActionFrame, type ActionProps, Says } from './action-dialog.tsx';
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
  if (shown === undefined) return null;
  const { act, version } = shown;
  return (
    <ActionFrame opened={intent !== undefined} onClose={onClose} title={TITLES[act](version)}>
      {act === 'destroy' ? (
        <Destroy secret={secret} version={version} onClose={onClose} />
      ) : (
        <Reversible secret={secret} intent={{ act, version }} onClose={onClose} />
      )}
    </ActionFrame>
  );
}

const TITLES: Readonly<Record<VersionAct, (version: number) => string>> = {
  rollback: (version) => `Roll back to version ${version}`,
  enable: (version) => `Enable version ${version}`,
  disable: (version) => `Disable version ${version}`,
  destroy: (version) => `Destroy version ${version}`,
};

interface ReversibleProps {
  readonly secret: Secret;
  readonly intent: ReversibleIntent;
  readonly onClose: () => void;
}

function Reversible({ secret: { id, latestVersion }, intent, onClose }: ReversibleProps) {
  // The newest one that was looked at: what is written meanwhile must not be taken back unseen.
  const [newest] = useState(latestVersion ?? 0);
  return <ActionForm {...actionOf(id, newest, intent)} onClose={onClose} />;
}

function actionOf(id: string, expectedVersion: number, { act, version }: ReversibleIntent): ActionProps {
  switch (act) {
    case 'rollback':
      return {
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
        action: 'Enable',
        done: `Version ${version} can be read again.`,
        send: (comment, options) => keyferry.secrets.enableVersion(id, version, { comment }, options),
        children: <Says>It can be read again, and counts when the newest enabled version is asked for.</Says>,
      };
    case 'disable':
      return {
        action: 'Disable',
        done: `Version ${version} is read no longer.`,
        send: (comment, options) => keyferry.secrets.disableVersion(id, version, { comment }, options),
        children: <Says>Nobody reads it and it is carried nowhere until it is enabled again.</Says>,
      };
  }
}

interface DestroyProps {
  readonly secret: Secret;
  readonly version: number;
  readonly onClose: () => void;
}

function Destroy({ secret, version, onClose }: DestroyProps) {
  const [confirm, setConfirm] = useState<readonly string[]>([]);
  return (
    <ActionForm
      action="Destroy for good"
      done={`The content of version ${version} is gone.`}
      danger
      typed={`${fullName(secret)}@${version}`}
      send={(comment, options) => keyferry.secrets.destroyVersion(secret.id, version, { comment, confirm }, options)}
      onClose={onClose}
    >
      <Says>Its content is removed from the source for good. Nobody can bring it back.</Says>
      <TouchedConsumers secretId={secret.id} version={version} confirmed={confirm} onConfirm={setConfirm} />
    </ActionForm>
  );
}
