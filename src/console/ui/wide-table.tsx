import { Table, TableScrollContainer } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  /** What it lists, for those who come to it by keyboard or ear. */
  readonly label: string;
  /** In pixels; narrower, it scrolls within itself. */
  readonly minWidth: number;
  readonly children: ReactNode;
}

/** A table that a phone scrolls sideways, by keyboard as well. */
export function WideTable({ label, minWidth, children }: Props) {
  return (
    <TableScrollContainer minWidth={minWidth} type="native" role="region" aria-label={label} tabIndex={0}>
      <Table verticalSpacing="sm">{children}</Table>
    </TableScrollContainer>
  );
}
