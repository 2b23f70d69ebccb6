import { Text } from '@mantine/core';
import { toneOfTarget, wordsOf } from '../../words.ts';
import styles from './health.module.css';

/** How the copies that wait are spread over the states: a bar, and the same in words. */
export function BacklogBar({ states }: { readonly states: Readonly<Record<string, number>> }) {
  const parts = Object.entries(states).sort(([, a], [, b]) => b - a);
  return (
    <div>
      <div className={styles.bar} aria-hidden="true">
        {parts.map(([state, count]) => (
          <span key={state} className={styles.part} data-tone={toneOfTarget(state)} style={{ flexGrow: count }} />
        ))}
      </div>
      <Text size="xs" mt={4}>
        {parts.map(([state, count]) => `${count} ${wordsOf(state).toLowerCase()}`).join(', ')}
      </Text>
    </div>
  );
}
