/**
 * Why the process cannot start, in words for the person who starts it: what is wrong and what to do. The message is
 * safe to print; it names variables, files and folders but never a value.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** Tells whoever started the process why it cannot run: our own words only, others' may quote settings. */
export function reportStartupError(error: unknown): void {
  if (error instanceof StartupError) {
    process.stderr.write(`keyferry: ${error.message}\n`);
    return;
  }
  const { name, code, stack } = error instanceof Error ? (error as Error & { code?: unknown }) : {};
  const where =
    stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 3)
      .join('\n') ?? '';
  process.stderr.write(
    `keyferry: cannot start (${name ?? 'unknown error'}${typeof code === 'string' ? `, ${code}` : ''})\n${where}\n`,
  );
}
