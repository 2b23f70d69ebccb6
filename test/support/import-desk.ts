import { eventually, must } from './answers.ts';
import type { ApiClient } from './api-client.ts';

/** An import and its items as the API shows them. */
export interface ImportView {
  readonly id: string;
  readonly state: string;
  readonly code: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly digest: string | null;
}

export interface ImportItemView {
  readonly position: number;
  readonly entry: string;
  readonly state: string;
  readonly code: string | null;
  readonly path: string | null;
  readonly name: string | null;
  readonly type: string | null;
  readonly found: Readonly<Record<string, unknown>> | null;
  readonly changeRequestId: string | null;
  readonly secretId: string | null;
  readonly attempts: number;
}

/** What tests of imports do and look at, over the API. */
export function importDesk(api: ApiClient) {
  const look = async (id: string) => must(await api('GET', `/v1/imports/${id}`), 200) as unknown as ImportView;
  const items = async (id: string, query = ''): Promise<ImportItemView[]> => {
    const all: ImportItemView[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const path = `/v1/imports/${id}/items?limit=200${query}${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { items, nextCursor } = must(await api('GET', path), 200);
      all.push(...(items as ImportItemView[]));
      cursor = nextCursor;
    }
    return all;
  };
  return {
    look,
    items,
    async start(profileId: string, body: Record<string, unknown>): Promise<string> {
      const answer = await api('POST', `/v1/vault-profiles/${profileId}/import`, { project: 'shop', ...body });
      return must(answer, 202).id as string;
    },
    async ended(id: string): Promise<ImportView> {
      let seen: ImportView | undefined;
      return eventually(async () => {
        seen = await look(id);
        return ['completed', 'cancelled', 'failed'].includes(seen.state) ? seen : undefined;
      }, 'the import ended').catch((error: unknown) => {
        throw new Error(`${String(error)} (seen: ${JSON.stringify(seen)})`);
      });
    },
    /** Starts an import and answers with its items, by entry, once it has ended. */
    async run(profileId: string, body: Record<string, unknown>): Promise<Record<string, ImportItemView>> {
      const id = await this.start(profileId, body);
      await this.ended(id);
      return Object.fromEntries((await items(id)).map((item) => [item.entry, item]));
    },
  };
}
