import { Group, SimpleGrid, Text } from '@mantine/core';
import { SparkLine } from '../../ui/spark-line.tsx';
import { lagText, wordsOf } from '../../words.ts';
import styles from './health.module.css';
import { type HealthSample, netRate } from './health-samples.ts';

interface Props {
  readonly samples: readonly HealthSample[];
  /** Most calls a second; null: no limit. */
  readonly ratePerSecond: number | null;
}

/** Backlog, lag, rate and breaker of one profile since the page was opened. */
export function HealthCharts({ samples, ratePerSecond }: Props) {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const lag = last.lagSeconds === 0 ? 'none' : lagText(last.lagSeconds);
  return (
    <div>
      <SimpleGrid cols={2} spacing="sm">
        <Chart name="Backlog" now={String(last.backlog)} values={samples.map(({ backlog }) => backlog)} />
        <Chart name="Lag" now={lag} values={samples.map(({ lagSeconds }) => lagSeconds)} />
      </SimpleGrid>
      <div className={styles.breaker} role="img" aria-label={`Breaker: ${wordsOf(last.breaker).toLowerCase()} now`}>
        {samples.map(({ at, breaker }) => (
          <span key={at} data-state={breaker} />
        ))}
      </div>
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          Breaker {wordsOf(last.breaker).toLowerCase()}
        </Text>
        <Text size="xs" c="dimmed">
          {rateText(netRate(samples))}
          {ratePerSecond === null ? '' : `, at most ${ratePerSecond} calls a second`}
        </Text>
      </Group>
    </div>
  );
}

function rateText(rate: number): string {
  if (Math.abs(rate) < 0.05) return 'Backlog steady';
  const each = Math.abs(rate) >= 10 ? Math.round(Math.abs(rate)) : Math.abs(rate).toFixed(1);
  return rate > 0 ? `Backlog shrinks by ${each} a second` : `Backlog grows by ${each} a second`;
}

interface ChartProps {
  readonly name: string;
  readonly now: string;
  readonly values: readonly number[];
}

function Chart({ name, now, values }: ChartProps) {
  return (
    <div>
      <Text size="xs">
        {name}{' '}
        <Text span size="xs" fw={650}>
          {now}
        </Text>
      </Text>
      <SparkLine label={`${name} since the page was opened: ${now} now`} values={values} />
    </div>
  );
}
