/** What one slice of load came to. Times in milliseconds. */
export interface Slice {
  readonly count: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Limit and product, measured one after the other. */
export interface Pair {
  readonly limit: Slice;
  readonly product: Slice;
}

/** The value below which `share` of the sorted values lie. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

export function sliceOf(times: number[], elapsedMs: number): Slice {
  times.sort((a, b) => a - b);
  return {
    count: times.length,
    perSecond: (times.length * 1000) / elapsedMs,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}

/** Callers that each start the next call when the last one ended, for `ms`. Any failure voids the slice: it is thrown. */
export async function runCallers(
  callers: number,
  ms: number,
  call: (caller: number, round: number) => Promise<unknown>,
): Promise<Slice> {
  const times: number[] = [];
  const start = performance.now();
  const until = start + ms;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let round = 0, begun = start; begun < until; round++) {
        begun = performance.now();
        await call(caller, round);
        times.push(performance.now() - begun);
      }
    }),
  );
  return sliceOf(times, performance.now() - start);
}

/** Warms both up, then alternates: what disturbs the machine disturbs both alike. */
export async function alternate(
  pairs: number,
  limit: () => Promise<Slice>,
  product: () => Promise<Slice>,
): Promise<Pair[]> {
  await limit();
  await product();
  const found: Pair[] = [];
  for (let pair = 0; pair < pairs; pair++) found.push({ limit: await limit(), product: await product() });
  return found;
}
