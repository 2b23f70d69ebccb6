import { Table, TableScrollContainer } from '@mantine/core';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import styles from './wide-table.module.css';

interface Props {
  /** What it lists, for those who come to it by keyboard or ear. */
  readonly label: string;
  /** In pixels; narrower, it scrolls within itself. A phone shows every row as a card instead. */
  readonly minWidth: number;
  readonly children: ReactNode;
}

/** A table with its head. On a phone, every cell stands below the one before it and is told by its column's name. */
export function WideTable({ label, minWidth, children }: Props) {
  const table = useRef<HTMLTableElement>(null);
  // The head may say something else each time: the versions that are compared, for example.
  useLayoutEffect(() => nameCells(table.current));
  return (
    <TableScrollContainer
      minWidth={minWidth}
      type="native"
      role="region"
      aria-label={label}
      tabIndex={0}
      className={styles.wide}
    >
      <Table verticalSpacing="sm" ref={table} className={styles.table}>
        {children}
      </Table>
    </TableScrollContainer>
  );
}

/** Gives the style sheet the names of the columns. */
function nameCells(table: HTMLTableElement | null): void {
  for (const [at, cell] of [...(table?.tHead?.rows[0]?.cells ?? [])].entries()) {
    table?.style.setProperty(`--column-${at + 1}`, JSON.stringify(cell.textContent ?? ''));
  }
}
