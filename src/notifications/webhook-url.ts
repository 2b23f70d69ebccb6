import { invalidField } from '../errors.ts';

/** Where a webhook goes: the whole URL, which is kept sealed, and what may be shown of it. */
export interface WebhookUrl {
  readonly url: string;
  /** `scheme://host[:port]`. */
  readonly origin: string;
  readonly host: string;
}

/** Throws `invalid_input` at `/url` for anything but an http or https URL without credentials. */
export function parseWebhookUrl(text: string): WebhookUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!plain) throw invalidField('/url', 'an http or https URL without a user name and password in it');
  url.hash = '';
  return { url: url.href, origin: url.origin, host: url.hostname };
}
