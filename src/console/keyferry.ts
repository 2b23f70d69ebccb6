import { Keyferry } from '../client/keyferry.ts';

/**
 * The one way to the API: the client library, as anybody else uses it. The browser adds the session's cookie. Reads are
 * repeated by the query client and writes by whoever sees that they failed, so it repeats nothing itself.
 */
export const keyferry = new Keyferry({ retries: 0 });
