import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { AppError } from '../errors.ts';
import { keepAnswer } from '../keep-answer.ts';
import { serveAssets } from './asset-server.ts';
import { hasSessionCookie } from './session-cookie.ts';

/** Where people work at a browser. */
export const CONSOLE_PATH = '/console';

/** Stands in the built page where each answer puts a number of its own, and whether the browser shows a session. */
const NONCE = '__NONCE__';
const SESSION = '__SESSION__';

/**
 * The console as Vite built it into `folder`. Its files hold a hash in their names and are kept for good; every other path below
 * `/console` is a screen, so it gets the page.
 */
export function mountConsole(router: Router, folder: string): void {
  const console = Router();
  console.use('/assets', serveAssets({ folder: path.join(folder, 'assets'), keep: 'forever' }));
  console.use(page(path.join(folder, 'index.html')));
  router.use(CONSOLE_PATH, console);
  router.get('/', (_request, response) => response.redirect(302, CONSOLE_PATH));
}

function page(file: string): RequestHandler {
  const text = keepAnswer(() => readFile(file, 'utf8'));
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      throw new AppError('method_not_allowed', 'Allowed here: GET, HEAD.');
    }
    const nonce = randomBytes(16).toString('base64');
    const session = hasSessionCookie(request) ? 'some' : 'none';
    const content = (await text()).replaceAll(NONCE, nonce).replaceAll(SESSION, session);
    await new Promise<void>((resolve, reject) => {
      pagePolicy(nonce)(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
    response.setHeader('Cache-Control', 'no-store').type('text/html').send(content);
  };
}

/**
 * Scripts come from here alone. Styles too, and those few that the components make while they run, which carry the number that
 * this answer chose.
 */
function pagePolicy(nonce: string) {
  return helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", `'nonce-${nonce}'`],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  });
}
