import type { ApiAnswer, ApiClient } from './api-client.ts';

/** The answer's JSON, or a failure that shows the problem document (which holds no value). */
export function must(answer: ApiAnswer, ...statuses: number[]): Record<string, unknown> {
  if (!statuses.includes(answer.status)) {
    throw new Error(`expected ${statuses.join(' or ')}, got ${answer.status}: ${answer.text}`);
  }
  return answer.json;
}

/** Much more than anything takes by itself, on a machine that does much else; see the limits of `vitest.config.ts`. */
const PATIENCE_MS = 60_000;

/** Waits until `look` answers something true; fails with the last thing seen. Polls: nothing here depends on how long. */
export async function eventually<T>(
  look: () => Promise<T | undefined | false>,
  what: string,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > until) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Waits until every target of the secret is in `state`. */
export function targetsIn(api: ApiClient, secretId: string, state: string, timeoutMs?: number) {
  let seen = '';
  return eventually(
    async () => {
      const { items } = must(await api('GET', `/v1/secrets/${secretId}/targets`), 200) as {
        items: { state: string }[];
      };
      seen = items.map((item) => item.state).join(', ');
      return items.length > 0 && items.every((item) => item.state === state) ? items : undefined;
    },
    `every target ${state}`,
    timeoutMs,
  ).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : ''} (seen: ${seen})`);
  });
}
