/**
 * Gives as many of `lefts` as possible a right of their own that fits (Kuhn's augmenting paths). Earlier lefts come first: once
 * served they stay served. Answers with the right of each left, undefined where none is left.
 *
 * @param seeds pairs to begin with, each of which must fit
 */
export function matchPairs(
  lefts: number,
  rights: number,
  fits: (left: number, right: number) => boolean,
  seeds: ReadonlyMap<number, number> = new Map(),
): (number | undefined)[] {
  const leftOfRight = new Map<number, number>([...seeds].map(([left, right]) => [right, left]));
  const serve = (left: number, visited: Set<number>): boolean => {
    for (let right = 0; right < rights; right++) {
      if (visited.has(right) || !fits(left, right)) continue;
      visited.add(right);
      const holder = leftOfRight.get(right);
      if (holder === undefined || serve(holder, visited)) {
        leftOfRight.set(right, left);
        return true;
      }
    }
    return false;
  };
  for (let left = 0; left < lefts; left++) if (!seeds.has(left)) serve(left, new Set());
  const rightOfLeft: (number | undefined)[] = Array.from({ length: lefts });
  for (const [right, left] of leftOfRight) rightOfLeft[left] = right;
  return rightOfLeft;
}
