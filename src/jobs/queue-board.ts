import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type {
  AppControllerRoute,
  AppViewRoute,
  BullBoardQueues,
  IServerAdapter,
  UIConfig,
} from '@bull-board/api/dist/types.js';

/** bull-board over our queue, without a web framework and without anything that changes the queue. */
export interface QueueBoard {
  /** Folder of its scripts, styles and pictures, which it asks for under `static/`. */
  readonly assets: string;
  /** Paths, as Express writes them, that show the page. */
  readonly views: readonly string[];
  /** The page; everything it asks for comes from below the base path. */
  readonly page: string;
  readonly reads: readonly BoardRead[];
}

/** What the page asks for. */
export interface BoardRead {
  readonly path: string;
  answer(params: Readonly<Record<string, unknown>>, query: Readonly<Record<string, unknown>>): Promise<BoardAnswer>;
}

export interface BoardAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface Found {
  queues: BullBoardQueues;
  config: UIConfig;
  views: AppViewRoute | undefined;
  routes: readonly AppControllerRoute[];
}

/**
 * The console of one BullMQ queue, whichever its backend (BullMQ's types tell them apart, bull-board does not), to be served
 * below `basePath`. Loads bull-board, which nobody else needs.
 */
export async function createQueueBoard(queue: object, basePath: string): Promise<QueueBoard> {
  const [{ createBullBoard }, { BullMQAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
  ]);
  const found: Found = { queues: new Map(), config: {}, views: undefined, routes: [] };
  createBullBoard({
    queues: [new BullMQAdapter(queue as never, { readOnlyMode: true, allowRetries: false })],
    serverAdapter: collecting(found),
    options: {
      uiConfig: { boardTitle: 'Keyferry queue', hideRedisDetails: true, showWorkers: false, hideDocsLink: true },
    },
  });
  const ui = path.join(path.dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json')), 'dist');
  return {
    assets: path.join(ui, 'static'),
    views: [found.views?.route ?? []].flat(),
    page: filled(await readFile(path.join(ui, 'index.ejs'), 'utf8'), found, basePath),
    // It marks its own writing routes as forbidden in read-only mode; here they do not even exist.
    reads: found.routes.filter(({ method }) => [method].flat().every((each) => each === 'get')).flatMap(readsOf(found)),
  };
}

/** Takes what bull-board says about itself; its types call this a server. */
function collecting(found: Found): IServerAdapter {
  const adapter: IServerAdapter = {
    setQueues: (queues) => noted(() => Object.assign(found, { queues })),
    setUIConfig: (config) => noted(() => Object.assign(found, { config })),
    setEntryRoute: (views) => noted(() => Object.assign(found, { views })),
    setApiRoutes: (routes) => noted(() => Object.assign(found, { routes })),
    setViewsPath: () => adapter,
    setStaticPath: () => adapter,
    setErrorHandler: () => adapter,
  };
  const noted = (note: () => void): IServerAdapter => {
    note();
    return adapter;
  };
  return adapter;
}

/** A failure is answered without its text, which may quote the connection. */
function readsOf({ queues, config: uiConfig }: Found) {
  return ({ route, handler }: AppControllerRoute): BoardRead[] =>
    [route].flat().map((path) => ({
      path,
      async answer(params, query) {
        try {
          const { status, body } = await handler({ queues, uiConfig, query, params, body: {}, headers: {} });
          return { status: status ?? 200, body };
        } catch {
          return { status: 503, body: { error: 'the queue does not answer' } };
        }
      },
    }));
}

/** Its page is an EJS template with five names in it, and asks a font server, whom we do not tell that we are here. */
function filled(template: string, { views, config: uiConfig }: Found, basePath: string): string {
  const params = (views?.handler({ basePath, uiConfig }).params ?? {}) as Readonly<Record<string, string>>;
  return template
    .replaceAll(/<link[^>]*href="https?:[^>]*>/g, '')
    .replaceAll(/<%([=-])\s*(\w+)\s*%>/g, (_, form: string, name: string) =>
      form === '=' ? escaped(params[name] ?? '') : (params[name] ?? ''),
    );
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
