import express, { type Request, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import type { Actor } from '../access/actor.ts';
import type { Authenticate } from '../access/authenticate.ts';
import { authorize } from '../access/permissions.ts';
import { AppError } from '../errors.ts';
import type { QueueBoard } from '../jobs/queue-board.ts';
import { keepAnswer } from '../keep-answer.ts';
import { serveAssets } from './asset-server.ts';
import { CONSOLE_PATH } from './console-routes.ts';
import { requestIdOf } from './request-id.ts';
import { credentialsOf } from './session-cookie.ts';

/** Where the console of the queue lives. */
export const QUEUE_CONSOLE_PATH = '/admin/queues';

export interface QueueConsoleParts {
  /** Loaded at the first use. */
  readonly board: () => Promise<QueueBoard>;
  /** Records who opens it. */
  readonly recordOpened: (actor: Actor) => Promise<void>;
}

interface Host {
  readonly authenticate: Authenticate;
  readonly secureCookies?: boolean | undefined;
}

const administrators = new WeakMap<Request, Actor>();

/**
 * bull-board for administrators of the installation, to look only: the queue carries ids of every tenant. A browser comes with
 * its session of the console, a program with its token. Rights are asked for anew at each request.
 */
export function mountQueueConsole(router: Router, parts: QueueConsoleParts & Host): void {
  const console = express.Router();
  console.use(pagePolicy(), noStore, admitted(parts));
  const board = keepAnswer(async () => boardRouter(await parts.board(), parts));
  console.use(async (request, response, next) => {
    (await board())(request, response, next);
  });
  router.use(QUEUE_CONSOLE_PATH, console);
}

/** Nothing but reading, and only for administrators; a browser without a session is shown where to begin one. */
function admitted({ authenticate, secureCookies }: Host): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      throw new AppError('method_not_allowed', 'The console of the queue is for looking only.');
    }
    try {
      const origin = { requestId: requestIdOf(request), ip: request.ip ?? null };
      const actor = await authenticate(credentialsOf(request, secureCookies === true), origin);
      authorize(actor, 'installation.administer');
      administrators.set(request, actor);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unauthenticated' || !wantsPage(request)) throw error;
      return response.redirect(303, `${CONSOLE_PATH}/sign-in?to=${encodeURIComponent(QUEUE_CONSOLE_PATH)}`);
    }
    next();
  };
}

function wantsPage(request: Request): boolean {
  return (request.get('accept') ?? '').includes('text/html');
}

function boardRouter(board: QueueBoard, { recordOpened }: QueueConsoleParts): RequestHandler {
  const router = express.Router();
  router.use('/static', serveAssets({ folder: board.assets, keep: 'hour' }));
  for (const read of board.reads) {
    router.get(read.path, async (request, response) => {
      const { status, body } = await read.answer(request.params, request.query);
      response.status(status).json(body);
    });
  }
  for (const view of board.views) {
    router.get(view, async (request, response) => {
      const actor = administrators.get(request);
      if (actor !== undefined && request.method === 'GET') await recordOpened(actor);
      response.type('text/html').send(board.page);
    });
  }
  return router;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

/** The board sets styles on elements; everything else, and every request, stays here. */
function pagePolicy(): RequestHandler {
  return helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      fontSrc: ["'self'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  });
}
