import { Button, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useId } from 'react';
import styles from './filters.module.css';

interface Props {
  /** What is searched. */
  readonly label: string;
  /** How many of the fields narrow it now. */
  readonly active: number;
  readonly children: ReactNode;
}

/** Fields that narrow a list. A phone shows them on demand, so that the list itself is seen first. */
export function Filters({ label, active, children }: Props) {
  const [open, { toggle }] = useDisclosure();
  const id = useId();
  return (
    <Stack gap="sm" role="search" aria-label={label}>
      <div className={styles.fold}>
        <Button size="xs" variant="default" aria-expanded={open} aria-controls={id} onClick={toggle}>
          {active === 0 ? 'Filter' : `Filter (${active} set)`}
        </Button>
      </div>
      <Group id={id} gap="sm" align="flex-end" className={styles.fields} data-open={open}>
        {children}
      </Group>
    </Stack>
  );
}
