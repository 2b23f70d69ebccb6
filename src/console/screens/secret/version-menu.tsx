import { ActionIcon, Menu } from '@mantine/core';
import type { Me, Secret, SecretVersion } from '../../../client/api-types.ts';
import { may } from '../../rights.ts';
import { Icon } from '../../ui/icon.tsx';
import type { VersionAct, VersionIntent } from './version-dialog.tsx';

const LABELS: Readonly<Record<VersionAct, string>> = {
  rollback: 'Roll back to it',
  enable: 'Enable',
  disable: 'Disable',
  destroy: 'Destroy',
};

interface Props {
  readonly version: SecretVersion;
  readonly secret: Secret;
  readonly me: Me;
  readonly onIntent: (intent: VersionIntent) => void;
}

/** What can be done with one version, by whoever looks at it. */
export function VersionMenu({ version: given, secret, me, onIntent }: Props) {
  const { version } = given;
  const acts = actsOn(given, secret, me);
  if (acts.length === 0) return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" aria-label={`Actions on version ${version}`}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.map((act) => (
          <Menu.Item key={act} onClick={() => onIntent({ act, version })}>
            {LABELS[act]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function actsOn({ version, state }: SecretVersion, secret: Secret, me: Me): readonly VersionAct[] {
  if (secret.state !== 'active' || state === 'destroyed') return [];
  const edit = may(me, 'secret.edit', secret.projectId);
  const destroy = may(me, 'secret.delete', secret.projectId) && !secret.protected;
  const older = version !== secret.latestVersion;
  return [
    ...(edit && older && state === 'enabled' && secret.enabled ? (['rollback'] as const) : []),
    ...(edit ? ([state === 'enabled' ? 'disable' : 'enable'] as const) : []),
    ...(destroy && older ? (['destroy'] as const) : []),
  ];
}
