import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../errors.ts';

/**
 * For what a page of ours sends with a cookie. Browsers say where a request comes from (Fetch Metadata, `Sec-Fetch-Site`); on
 * plain http, and older ones, at least in `Origin`. Throws `forbidden`.
 *
 * @param when `only if said`: a request that says nothing is refused. `unless foreign`: it passes, and so does what somebody
 *   typed into the address bar; for requests that change nothing.
 */
export function assertSameOrigin(headers: IncomingHttpHeaders, when: 'only if said' | 'unless foreign'): void {
  const { 'sec-fetch-site': site, origin, host } = headers;
  if (site !== undefined) {
    if (site === 'same-origin' || (site === 'none' && when === 'unless foreign')) return;
  } else if (origin === undefined) {
    if (when === 'unless foreign') return;
  } else if (URL.canParse(origin) && new URL(origin).host === host) {
    return;
  }
  throw new AppError('forbidden', 'This request does not come from a page of this address.');
}
