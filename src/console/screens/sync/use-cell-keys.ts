import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';

/** Where the keyboard is in the map, from 0. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
};

interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly box: RefObject<HTMLElement | null>;
  readonly scrollTo: (row: number) => void;
}

/** One cell of the map is in the tab order; arrows move on from there, and what is far away is brought in first. */
export function useCellKeys({ rows, columns, box, scrollTo }: Grid) {
  const [place, setPlace] = useState<CellPlace>({ row: 0, column: 0 });
  const wanted = useRef<CellPlace>(undefined);
  // After every drawing: the cell to go to may only now be there.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const { row, column } = wanted.current;
    const cell = box.current?.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`);
    if (cell === null || cell === undefined) return;
    wanted.current = undefined;
    cell.focus({ preventScroll: false });
  });
  const onKeyDown = (event: KeyboardEvent, from: CellPlace) => {
    const step = STEPS[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = { row: within(from.row + step[0], rows), column: within(from.column + step[1], columns) };
    wanted.current = next;
    scrollTo(next.row);
    setPlace(next);
  };
  return { place, setPlace, onKeyDown };
}

function within(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}
