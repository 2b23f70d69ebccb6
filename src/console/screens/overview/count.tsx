import { Text, UnstyledButton } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import styles from './overview.module.css';

interface Props {
  readonly number: string;
  readonly label: string;
  /** Where one sees what was counted. */
  readonly to: Pick<LinkProps, 'to' | 'search'>;
}

/** One number that leads to what it counts. */
export function Count({ number, label, to }: Props) {
  return (
    <UnstyledButton className={styles.count} renderRoot={(props) => <Link {...to} {...props} />}>
      <span className={styles.number}>{number}</span>
      <Text span size="sm" c="dimmed">
        {label}
      </Text>
    </UnstyledButton>
  );
}
