import { createRedactor } from '../../redaction/redactor.ts';
import type { Session } from '../session.ts';
import type { PlacedValue } from './wanted-values.ts';

/** Says which values stay in the output because they are so short that they turn up everywhere. Always said, also when quiet. */
export function tellNotRedacted({ io }: Session, values: readonly Pick<PlacedValue, 'label' | 'bytes'>[]): void {
  const { notRedacted } = createRedactor(values.map(({ bytes }) => bytes));
  const short = notRedacted.map((index) => values[index]?.label ?? '');
  if (short.length > 0)
    io.stderr.write(`Not redacted, because they are too short: ${[...new Set(short)].join(', ')}\n`);
}
