import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { AppError, notFound } from '../errors.ts';
import { problemOf, retryAfterOf } from './problem.ts';
import { hasBody } from './read-body.ts';
import { requestIdOf } from './request-id.ts';
import { describeUnexpected, isDatabaseDown, isDeadlock } from './unexpected-error.ts';

/** How long a client that still sends a refused body gets to read the answer. */
const LINGER_MS = 1_000;

/** Answers every failure as problem details (RFC 9457). What is not an {@link AppError} is `internal` and tells nothing. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = toAppError(thrown);
    if (error.code === 'internal' || error.code === 'unavailable') {
      log.error({ requestId: requestIdOf(request), ...describeUnexpected(thrown) }, 'request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(request, response, error);
  };
}

/** For requests that no route takes. */
export const answerNotFound: RequestHandler = () => {
  throw notFound('route');
};

function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof URIError) return new AppError('invalid_input', 'The URL is not well encoded.');
  if (isDatabaseDown(thrown)) return new AppError('unavailable', 'The database does not answer.');
  if (isDeadlock(thrown)) return new AppError('unavailable', 'Another request was in the way; send it again.');
  return new AppError('internal', 'The request failed; its id finds the entry in the log.');
}

function sendProblem(request: Request, response: Response, error: AppError): void {
  const problem = problemOf(error, requestIdOf(request));
  const content = Buffer.from(JSON.stringify(problem));
  response.status(problem.status).set({
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(content.length),
    'Cache-Control': 'no-store',
  });
  const retryAfter = retryAfterOf(error);
  if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter));
  if (error.code === 'unauthenticated') response.set('WWW-Authenticate', 'Bearer realm="keyferry"');
  if (hasBody(request) && !request.complete) answerAndClose(request, response, content);
  else response.end(request.method === 'HEAD' ? undefined : content);
}

/**
 * The client is still sending a body that nobody wants. It gets the whole answer at once; then what it sends is thrown away
 * for a moment, because closing on unread data would reset the connection before the answer is read (RFC 9112, 9.6).
 */
function answerAndClose(request: Request, response: Response, content: Buffer): void {
  response.set('Connection', 'close');
  response.write(content);
  const finish = () => {
    clearTimeout(timer);
    if (!response.writableEnded) response.end();
  };
  const timer = setTimeout(finish, LINGER_MS);
  request.once('end', finish).once('close', finish).resume();
}
