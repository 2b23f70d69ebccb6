import type { EvidenceDestination } from '../../../client/api-types.ts';
import { toneOfTarget } from '../../words.ts';
import styles from './destinations-picture.module.css';

const ROW = 44;
const WIDTH = 640;
const BOX = 220;
const MOST = 8;

interface Props {
  readonly places: readonly EvidenceDestination[];
  /** States of targets by profile, once there are some. */
  readonly states: ReadonlyMap<string, string>;
}

/** The table below as a picture: from the source to every copy. */
export function DestinationsPicture({ places, states }: Props) {
  const source = places.find(({ role }) => role === 'source');
  const targets = places.filter(({ role }) => role === 'target');
  if (source === undefined || targets.length === 0) return null;
  const shown = targets.slice(0, MOST);
  const height = shown.length * ROW;
  const middle = height / 2;
  const left = WIDTH - BOX;
  return (
    <svg
      className={styles.picture}
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={describe(source, targets)}
    >
      {shown.map((target, row) => {
        const y = row * ROW + ROW / 2;
        const tone = toneOf(target, states);
        return (
          <g key={target.profileId} data-tone={tone} className={styles.place}>
            <path
              d={`M${BOX} ${middle} C${WIDTH / 2} ${middle} ${WIDTH / 2} ${y} ${left} ${y}`}
              className={styles.line}
            />
            <Box x={left} y={y} name={target.profileName} />
          </g>
        );
      })}
      <g className={styles.place} data-tone="source">
        <Box x={0} y={middle} name={source.profileName} />
      </g>
    </svg>
  );
}

function Box({ x, y, name }: { readonly x: number; readonly y: number; readonly name: string }) {
  return (
    <>
      <rect x={x + 1} y={y - 16} width={BOX - 2} height={32} rx={8} className={styles.box} />
      <circle cx={x + 18} cy={y} r={4.5} className={styles.dot} />
      <text x={x + 32} y={y} dominantBaseline="central" className={styles.name}>
        {name.length > 24 ? `${name.slice(0, 23)}…` : name}
      </text>
    </>
  );
}

function toneOf({ profileId, action }: EvidenceDestination, states: ReadonlyMap<string, string>): string {
  const state = states.get(profileId);
  if (state !== undefined) return toneOfTarget(state);
  return action === 'conflict' || action === 'drifted' ? 'bad' : action === 'none' ? 'quiet' : 'planned';
}

function describe(source: EvidenceDestination, targets: readonly EvidenceDestination[]): string {
  const more = targets.length > MOST ? `, ${targets.length - MOST} of them not drawn` : '';
  return `From ${source.profileName} to ${targets.length} ${targets.length === 1 ? 'target' : 'targets'}${more}`;
}
