import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ChangeRequest } from '../../../client/api-types.ts';
import { Icon } from '../../ui/icon.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { CHANGE_STATE } from '../../words.ts';
import { useChangeTitle } from '../change/change-title.tsx';
import styles from './change-row.module.css';

const SOON_MS = 24 * 3_600_000;

interface Props {
  readonly change: ChangeRequest;
  readonly showState: boolean;
}

export function ChangeRow({ change, showState }: Props) {
  const title = useChangeTitle(change);
  const state = CHANGE_STATE[change.state];
  return (
    <li className={styles.item}>
      <Link to="/changes/$changeId" params={{ changeId: change.id }} className={styles.link}>
        <div className={styles.text}>
          <Text fw={600} truncate>
            {title}
          </Text>
          {change.comment !== '' && (
            <Text size="sm" lineClamp={1}>
              “{change.comment}”
            </Text>
          )}
          <Text size="sm" c="dimmed" component="div">
            {change.requester.name} · <Time at={change.createdAt} />
            {change.revision > 1 && ` · revision ${change.revision}`}
          </Text>
        </div>
        <Group gap="md" wrap="nowrap" className={styles.aside}>
          {expiresSoon(change) && (
            <Text size="sm" component="span" className={styles.soon}>
              <Icon name="clock" size={14} /> expires <Time at={change.expiresAt ?? ''} />
            </Text>
          )}
          {showState && <Status tone={state.tone} label={state.label} />}
          <Icon name="next" size={16} />
        </Group>
      </Link>
    </li>
  );
}

function expiresSoon({ state, expiresAt }: ChangeRequest): boolean {
  return state === 'pending_approval' && expiresAt !== null && Date.parse(expiresAt) - Date.now() < SOON_MS;
}
