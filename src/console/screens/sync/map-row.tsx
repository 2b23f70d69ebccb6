import type { ComponentProps } from 'react';
import type { SyncMapRow, VaultProfile } from '../../../client/api-types.ts';
import { MapCell } from './map-cell.tsx';
import styles from './sync-map.module.css';

interface Props extends Pick<ComponentProps<typeof MapCell>, 'onFocus' | 'onKeyDown'> {
  readonly row: SyncMapRow;
  readonly index: number;
  readonly columns: readonly VaultProfile[];
  /** The column where Tab stops; undefined: not in this row. */
  readonly tabColumn: number | undefined;
  readonly onOpen: (secretId: string, targetId: string) => void;
}

/** One secret and all of its copies. */
export function MapTableRow({ row, index, columns, tabColumn, onOpen, onFocus, onKeyDown }: Props) {
  const label = row.path === '' ? row.name : `${row.path}/${row.name}`;
  return (
    <tr aria-rowindex={index + 2} className={styles.row}>
      <th scope="row" className={styles.name} title={label}>
        <span className={styles.label}>{row.name}</span>
        <span className={styles.detail}>
          {row.latestVersion === null ? 'no version' : `v${row.latestVersion}`}
          {row.path !== '' && ` in ${row.path}`}
        </span>
      </th>
      {columns.map(({ id, name }, column) => (
        <MapCell
          key={id}
          secret={label}
          profile={name}
          copy={row.copies.find(({ profileId }) => profileId === id)}
          isSource={row.sourceProfileId === id}
          place={{ row: index, column }}
          tabStop={tabColumn === column}
          onOpen={(targetId) => onOpen(row.secretId, targetId)}
          onFocus={onFocus}
          onKeyDown={onKeyDown}
        />
      ))}
    </tr>
  );
}
