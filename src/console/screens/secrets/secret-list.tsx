import { Badge, Group, Paper, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Secret } from '../../../client/api-types.ts';
import { TYPE_LABEL } from '../../payload/payload-fields.ts';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { fullName, stateOf } from '../../words.ts';
import styles from './secrets.module.css';

interface Props {
  readonly secrets: readonly Secret[];
  /** The folder that is looked at; names are told from there. */
  readonly here: string;
}

export function SecretList({ secrets, here }: Props) {
  return (
    <Paper withBorder component="ul" className={styles.list} aria-label="Secrets">
      {secrets.map((secret) => (
        <Row key={secret.id} secret={secret} here={here} />
      ))}
    </Paper>
  );
}

function Row({ secret, here }: { readonly secret: Secret; readonly here: string }) {
  const { id, type, description, tags, latestVersion, updatedAt } = secret;
  const state = stateOf(secret);
  const whole = fullName(secret);
  return (
    <li className={styles.item}>
      <Link to="/secrets/$secretId" params={{ secretId: id }} className={styles.link}>
        <div>
          <Text fw={600} truncate>
            {here === '' ? whole : whole.slice(here.length + 1)}
          </Text>
          <Text size="sm" c="dimmed" component="div" truncate>
            {TYPE_LABEL[type]}
            {latestVersion === null ? ' · no version' : ` · version ${latestVersion}`} · <Time at={updatedAt} />
            {description !== '' && ` · ${description}`}
          </Text>
        </div>
        <Group gap={6}>
          {tags.slice(0, 4).map((tag) => (
            <Badge key={tag} variant="default" size="sm" tt="none">
              {tag}
            </Badge>
          ))}
        </Group>
        <Status tone={state.tone} label={state.label} />
      </Link>
    </li>
  );
}
