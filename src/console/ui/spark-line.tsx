import styles from './spark-line.module.css';

interface Props {
  /** What it shows, in words: the line itself says nothing to those who do not see it. */
  readonly label: string;
  /** Oldest first. */
  readonly values: readonly number[];
}

const WIDTH = 120;
const HEIGHT = 28;

/** A few values as a line over time, without axes: the label says how high it is. */
export function SparkLine({ label, values }: Props) {
  const highest = Math.max(1, ...values);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  const points = values.map(
    (value, at) => `${round(at * step)},${round(HEIGHT - 1 - (value / highest) * (HEIGHT - 3))}`,
  );
  const line = points.length === 1 ? [...points, `${WIDTH},${points[0]?.split(',')[1]}`] : points;
  return (
    <svg
      className={styles.chart}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polygon className={styles.area} points={`0,${HEIGHT} ${line.join(' ')} ${WIDTH},${HEIGHT}`} />
      <polyline className={styles.line} points={line.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
