import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../errors.ts';

/**
 * For what a page of ours sends with a cookie. Browsers say where a request comes from (Fetch Metadata, `Sec-Fetch-Site`); older
 * ones send `Origin`. Programs send neither and are not led by other sites. Throws `forbidden`.
 */
export function assertSameOrigin(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin, host } = headers;
  const same = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  if (site !== undefined || !same) throw new AppError('forbidden', 'This request comes from another site.');
}
