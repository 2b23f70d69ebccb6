import { useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useMemo, useRef } from 'react';
import type { SyncMapRow, VaultProfile } from '../../../client/api-types.ts';
import type { MapFilter } from '../../sync-queries.ts';
import { mapPageQuery } from '../../sync-queries.ts';
import { MapHead } from './map-head.tsx';
import { MapTableRow } from './map-row.tsx';
import styles from './sync-map.module.css';
import { useCellKeys } from './use-cell-keys.ts';
import type { MapPage } from './use-map-rows.ts';

/** In pixels, as in the style sheet. */
const ROW = 52;
const HEAD = 44;

interface Props {
  readonly filter: MapFilter;
  readonly pages: readonly MapPage[];
  /** When the pages were read. */
  readonly readAt: number;
  readonly profiles: readonly VaultProfile[];
  readonly onOpen: (secretId: string, targetId: string) => void;
}

/** Secrets by vault profiles. Only what is on the screen is drawn, and only that is kept up to date. */
export function SyncMap({ filter, pages, readAt, profiles, onOpen }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => pages.flatMap(({ data }, page) => data.items.map((row) => ({ row, page }))), [pages]);
  const columns = useMemo(() => columnsOf(pages, profiles), [pages, profiles]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 6,
    scrollMargin: 0,
    scrollPaddingStart: HEAD,
  });
  const scrollTo = (row: number) => virtual.scrollToIndex(row, { align: 'auto' });
  const keys = useCellKeys({ rows: rows.length, columns: columns.length, box, scrollTo });
  const drawn = virtual.getVirtualItems();
  const first = drawn[0];
  const last = drawn.at(-1);
  const shown = [...new Set(drawn.map(({ index }) => rows[index]?.page))].filter((page) => page !== undefined);
  const fresh = useQueries({
    queries: shown.flatMap((page) => {
      const known = pages[page];
      return known ? [mapPageQuery(filter, known.cursor, known.data, readAt)] : [];
    }),
    combine: (results) =>
      new Map<string, SyncMapRow>(results.flatMap(({ data }) => data.items.map((row) => [row.secretId, row]))),
  });
  const tabRow = drawn.some(({ index }) => index === keys.place.row) ? keys.place.row : first?.index;
  const wide = { '--columns': columns.length } as CSSProperties;
  return (
    <div ref={box} className={styles.box} style={wide}>
      <table className={styles.table} aria-label="Copies by secret and vault profile" aria-rowcount={rows.length + 1}>
        <MapHead columns={columns} />
        <tbody>
          <Gap pixels={first?.start ?? 0} />
          {drawn.map(({ index }) => {
            const known = rows[index]?.row;
            if (known === undefined) return null;
            return (
              <MapTableRow
                key={known.secretId}
                row={fresh.get(known.secretId) ?? known}
                index={index}
                columns={columns}
                tabColumn={index === tabRow ? Math.min(keys.place.column, columns.length - 1) : undefined}
                onOpen={onOpen}
                onFocus={keys.setPlace}
                onKeyDown={keys.onKeyDown}
              />
            );
          })}
          <Gap pixels={last === undefined ? 0 : virtual.getTotalSize() - last.end} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows that are not drawn. */
function Gap({ pixels }: { readonly pixels: number }) {
  return pixels <= 0 ? null : (
    <tr>
      <td className={styles.gap} style={{ height: pixels }} />
    </tr>
  );
}

/** Profiles that any row has a copy at, by name. */
function columnsOf(pages: readonly MapPage[], profiles: readonly VaultProfile[]): readonly VaultProfile[] {
  const used = new Set<string>();
  for (const { data } of pages) {
    for (const { copies } of data.items) for (const { profileId } of copies) used.add(profileId);
  }
  return profiles.filter(({ id }) => used.has(id)).sort((a, b) => a.name.localeCompare(b.name));
}
