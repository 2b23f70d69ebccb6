/** Adds an item under a key and resolves when it is written; rejects when the batch it went with could not be. */
export type Gather<Item> = (key: string, item: Item) => Promise<void>;

interface Waiting<Item> {
  readonly item: Item;
  settle(failure?: { readonly reason: unknown }): void;
}

/**
 * Makes few commits of many: while one batch of a key is being written the next one gathers, in the order of arrival and of at
 * most `most` items. An item that arrives alone is written at once.
 */
export function createGather<Item>(
  most: number,
  write: (key: string, items: readonly Item[]) => Promise<void>,
): Gather<Item> {
  const gathering = new Map<string, Waiting<Item>[]>();

  const drain = async (key: string, waiting: Waiting<Item>[]): Promise<void> => {
    // What arrives in the same turn goes together.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      const failure = await write(
        key,
        batch.map(({ item }) => item),
      ).then(
        () => undefined,
        (reason: unknown) => ({ reason }),
      );
      for (const each of batch) each.settle(failure);
    }
    gathering.delete(key);
  };

  return (key, item) =>
    new Promise((resolve, reject) => {
      const entry: Waiting<Item> = {
        item,
        settle: (failure) => (failure === undefined ? resolve() : reject(failure.reason)),
      };
      const known = gathering.get(key);
      if (known !== undefined) return void known.push(entry);
      const waiting = [entry];
      gathering.set(key, waiting);
      void drain(key, waiting);
    });
}
