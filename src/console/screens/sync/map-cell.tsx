import type { KeyboardEvent } from 'react';
import type { SyncMapCopy } from '../../../client/api-types.ts';
import { Status } from '../../ui/status.tsx';
import { toneOfTarget } from '../../words.ts';
import { cellDetail, cellLabel, cellText } from './cell-words.ts';
import styles from './sync-map.module.css';
import type { CellPlace } from './use-cell-keys.ts';

interface Props {
  readonly secret: string;
  readonly profile: string;
  /** Undefined: no copy is there nor should be. */
  readonly copy: SyncMapCopy | undefined;
  readonly isSource: boolean;
  readonly place: CellPlace;
  /** Whether Tab stops here. */
  readonly tabStop: boolean;
  readonly onOpen: (targetId: string) => void;
  readonly onFocus: (place: CellPlace) => void;
  readonly onKeyDown: (event: KeyboardEvent, place: CellPlace) => void;
}

/** One copy: the way to its history and to what can be done about it. */
export function MapCell({ secret, profile, copy, isSource, place, tabStop, onOpen, onFocus, onKeyDown }: Props) {
  const detail = copy && cellDetail(copy);
  const without = isSource ? 'the source' : 'no copy';
  return (
    <td className={styles.cell}>
      <button
        type="button"
        className={styles.button}
        data-row={place.row}
        data-column={place.column}
        tabIndex={tabStop ? 0 : -1}
        aria-label={copy ? cellText(secret, profile, copy) : `${secret} at ${profile}: ${without}`}
        aria-disabled={copy === undefined}
        onClick={() => copy && onOpen(copy.targetId)}
        onFocus={() => onFocus(place)}
        onKeyDown={(event) => onKeyDown(event, place)}
      >
        {copy ? <Status tone={toneOfTarget(copy.state)} label={cellLabel(copy)} /> : <Nothing isSource={isSource} />}
        {detail !== undefined && <span className={styles.detail}>{detail}</span>}
      </button>
    </td>
  );
}

function Nothing({ isSource }: { readonly isSource: boolean }) {
  return <span className={styles.detail}>{isSource ? 'Source' : '–'}</span>;
}
