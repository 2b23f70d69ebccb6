const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const ABSOLUTE = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
});
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `2 hours ago`, with the moment in the viewer's zone for whoever points at it. */
export function Time({ at }: { readonly at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={ABSOLUTE.format(date)}>
      {relative(date, new Date())}
    </time>
  );
}

/** @param now what it is told from */
export function relative(date: Date, now: Date): string {
  const seconds = Math.round((date.getTime() - now.getTime()) / 1000);
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (unit === undefined) return seconds <= 0 ? 'just now' : 'in a moment';
  return RELATIVE.format(Math.round(seconds / unit[1]), unit[0]);
}

/** The moment in the viewer's zone, which it names. */
export function absolute(at: string): string {
  return ABSOLUTE.format(new Date(at));
}

/** The zone that times are shown in, such as `Europe/Rome`. */
export function zoneName(): string {
  return ABSOLUTE.resolvedOptions().timeZone;
}
