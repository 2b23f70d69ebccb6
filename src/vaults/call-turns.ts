/** Gives back the turn; calling it twice does nothing. */
export type EndTurn = () => void;

/** Limits how many calls run at once under one key, first come, first served. */
export interface CallTurns {
  /**
   * Resolves when fewer than `limit` calls of the key run and nobody waits before this one. A limit that changed counts
   * from the next turn on.
   */
  take(key: string, limit: number): Promise<EndTurn>;
}

interface Lane {
  running: number;
  limit: number;
  readonly waiting: ((end: EndTurn) => void)[];
}

export function createCallTurns(): CallTurns {
  const lanes = new Map<string, Lane>();

  const begin = (key: string, lane: Lane): EndTurn => {
    lane.running++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      lane.running--;
      admit(key, lane);
    };
  };

  const admit = (key: string, lane: Lane): void => {
    while (lane.running < lane.limit) {
      const next = lane.waiting.shift();
      if (next === undefined) break;
      next(begin(key, lane));
    }
    if (lane.running === 0 && lane.waiting.length === 0) lanes.delete(key);
  };

  return {
    take(key, limit) {
      let lane = lanes.get(key);
      if (lane === undefined) {
        lane = { running: 0, limit, waiting: [] };
        lanes.set(key, lane);
      }
      lane.limit = limit;
      const mine = lane;
      return new Promise((resolve) => {
        mine.waiting.push(resolve);
        admit(key, mine);
      });
    },
  };
}
