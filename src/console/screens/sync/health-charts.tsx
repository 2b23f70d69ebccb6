import { Group, SimpleGrid, Text } from '@mantine/core';
import { SparkLine } from '../../ui/spark-line.tsx';
import { lagText, wordsOf } from '../../words.ts';
import styles from './health.module.css';
import type { HealthSample } from './health-samples.ts';

interface Props {
  readonly samples: readonly HealthSample[];
  /** Most calls a second; null: no limit. */
  readonly ratePerSecond: number | null;
}

/** Backlog, lag, what was finished, and breaker of one profile since the page was opened. */
export function HealthCharts({ samples, ratePerSecond }: Props) {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const lag = last.lagSeconds === 0 ? 'none' : lagText(last.lagSeconds);
  return (
    <div>
      <SimpleGrid cols={3} spacing="sm">
        <Chart name="Backlog" now={String(last.backlog)} values={samples.map(({ backlog }) => backlog)} />
        <Chart name="Lag" now={lag} values={samples.map(({ lagSeconds }) => lagSeconds)} />
        <Chart
          name="Settled"
          meaning="Settled within a minute"
          now={String(last.settled)}
          values={samples.map(({ settled }) => settled)}
        />
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
          {[rateText(last), ratePerSecond !== null && `at most ${ratePerSecond} calls a second`]
            .filter(Boolean)
            .join(', ')}
        </Text>
      </Group>
    </div>
  );
}

/** Nothing where nothing is to be done. */
function rateText({ settled, failed, backlog }: HealthSample): string | undefined {
  if (settled === 0 && failed === 0 && backlog === 0) return undefined;
  return `${settled} settled${failed === 0 ? '' : `, ${failed} failed`} in the last minute`;
}

interface ChartProps {
  readonly name: string;
  /** The same for those who hear it, where it says too little by itself. */
  readonly meaning?: string;
  readonly now: string;
  readonly values: readonly number[];
}

function Chart({ name, meaning = name, now, values }: ChartProps) {
  return (
    <div>
      <Text size="xs">
        {name}{' '}
        <Text span size="xs" fw={650}>
          {now}
        </Text>
      </Text>
      <SparkLine label={`${meaning} since the page was opened: ${now} now`} values={values} />
    </div>
  );
}
