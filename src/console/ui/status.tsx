import type { Tone } from '../words.ts';
import styles from './status.module.css';

interface Props {
  readonly tone: Tone;
  readonly label: string;
}

/** A state: a dot whose form and colour depend on the tone, and the word, which says it alone. */
export function Status({ tone, label }: Props) {
  return (
    <span className={styles.status} data-tone={tone}>
      <span className={styles.dot} aria-hidden="true" />
      {label}
    </span>
  );
}
