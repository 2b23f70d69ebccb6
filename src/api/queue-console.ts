import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import helmet from 'helmet';
import type { Actor } from '../access/actor.ts';
import type { Authenticate } from '../access/authenticate.ts';
import { authorize } from '../access/permissions.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { AppError } from '../errors.ts';
import type { QueueBoard } from '../jobs/queue-board.ts';
import { openSession, sealSession, sessionCookie } from './console-session.ts';
import { readForm } from './read-form.ts';
import { requestIdOf } from './request-id.ts';
import { assertSameOrigin } from './same-origin.ts';
import { signInPage } from './sign-in-page.ts';

/** Where the console of the queue lives. */
export const QUEUE_CONSOLE_PATH = '/admin/queues';

export interface QueueConsoleParts {
  readonly keyring: Keyring;
  /** Loaded at the first use. */
  readonly board: () => Promise<QueueBoard>;
  /** Records who begins a session. */
  readonly recordSignIn: (actor: Actor) => Promise<void>;
  /** People come over https, so that the cookie may insist on it. */
  readonly secure: boolean;
}

const SESSION = '/session';

/**
 * bull-board for administrators of the installation, to look only: the queue carries ids of every tenant. A browser exchanges an
 * API token for a cookie of fifteen minutes; a program may send the token itself. Rights are asked for anew at each request.
 */
export function mountQueueConsole(
  router: Router,
  parts: QueueConsoleParts & { readonly authenticate: Authenticate },
): void {
  const console = express.Router();
  console.use(pagePolicy(), noStore);
  console.get(SESSION, (request, response) => {
    const open = openSession(parts.keyring, request.get('cookie'), Date.now()) !== undefined;
    showSignIn(response, 200, open ? 'open' : 'closed');
  });
  console.post(SESSION, signIn(parts));
  console.post(`${SESSION}/end`, (request, response) => {
    assertSameOrigin(request.headers);
    response.setHeader('Set-Cookie', sessionCookie(undefined, QUEUE_CONSOLE_PATH, parts.secure));
    response.redirect(303, `${QUEUE_CONSOLE_PATH}${SESSION}`);
  });
  console.use(admitted(parts));
  let board: Promise<RequestHandler> | undefined;
  console.use(async (request, response, next) => {
    board ??= parts.board().then(boardRouter);
    (await board)(request, response, next);
  });
  router.use(QUEUE_CONSOLE_PATH, console);
}

function signIn(parts: QueueConsoleParts & { readonly authenticate: Authenticate }): RequestHandler {
  return async (request, response) => {
    assertSameOrigin(request.headers);
    const token = (await readForm(request)).get('token')?.trim() ?? '';
    try {
      const actor = await administrator(parts.authenticate, `Bearer ${token}`, request);
      await parts.recordSignIn(actor);
    } catch (error) {
      if (!(error instanceof AppError) || !['unauthenticated', 'forbidden'].includes(error.code)) throw error;
      return showSignIn(response, error.code === 'forbidden' ? 403 : 401, 'refused');
    }
    const content = sealSession(parts.keyring, token, Date.now());
    response.setHeader('Set-Cookie', sessionCookie(content, QUEUE_CONSOLE_PATH, parts.secure));
    response.redirect(303, `${QUEUE_CONSOLE_PATH}/`);
  };
}

async function administrator(authenticate: Authenticate, authorization: string | undefined, request: Request) {
  const actor = await authenticate(authorization, { requestId: requestIdOf(request), ip: request.ip ?? null });
  authorize(actor, 'installation.administer');
  return actor;
}

/** Nothing but reading, and only for administrators; a browser without a session is shown where to begin one. */
function admitted(parts: QueueConsoleParts & { readonly authenticate: Authenticate }): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      throw new AppError('method_not_allowed', 'The console of the queue is for looking only.');
    }
    const token = openSession(parts.keyring, request.get('cookie'), Date.now());
    const authorization = token === undefined ? request.get('authorization') : `Bearer ${token}`;
    if (authorization === undefined && wantsPage(request)) {
      return response.redirect(303, `${QUEUE_CONSOLE_PATH}${SESSION}`);
    }
    await administrator(parts.authenticate, authorization, request);
    next();
  };
}

function wantsPage(request: Request): boolean {
  return (request.get('accept') ?? '').includes('text/html');
}

function boardRouter(board: QueueBoard): RequestHandler {
  const router = express.Router();
  router.use('/static', express.static(board.assets, { index: false, fallthrough: false, dotfiles: 'ignore' }));
  for (const read of board.reads) {
    router.get(read.path, async (request, response) => {
      const { status, body } = await read.answer(request.params, request.query);
      response.status(status).json(body);
    });
  }
  for (const view of board.views) {
    router.get(view, (_request, response) => void response.type('text/html').send(board.page));
  }
  return router;
}

function showSignIn(response: Response, status: number, state: Parameters<typeof signInPage>[0]): void {
  response
    .status(status)
    .type('text/html')
    .send(signInPage(state, `${QUEUE_CONSOLE_PATH}${SESSION}`));
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
