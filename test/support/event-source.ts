import { eventually } from './answers.ts';

/** One event as it came. */
export interface StreamedEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A client of server-sent events over real HTTP. */
export interface EventClient {
  readonly status: number;
  readonly headers: Headers;
  /** Everything that came, raw. */
  text(): string;
  /** Every event so far. */
  seen(): readonly StreamedEvent[];
  /** Waits until there are so many, and answers with the first ones. */
  events(count: number): Promise<readonly StreamedEvent[]>;
  /** Waits until so many further heartbeats came. */
  heartbeats(count: number): Promise<void>;
  /** Waits until the other side ends the stream. */
  ended(): Promise<void>;
  close(): Promise<void>;
}

export async function openEvents(
  base: string,
  token: string | undefined,
  headers: Record<string, string> = {},
  query = '',
): Promise<EventClient> {
  const abort = new AbortController();
  const response = await fetch(`${base}/v1/events${query}`, {
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    signal: abort.signal,
  });
  let text = '';
  let over = false;
  const reading = (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // Closed by the test.
    }
    over = true;
  })();
  const seen = () => parseEvents(text);
  const beats = () => text.split(': still here').length - 1;
  return {
    status: response.status,
    headers: response.headers,
    text: () => text,
    seen,
    events: (count) =>
      eventually(async () => {
        const found = seen();
        return found.length >= count ? found.slice(0, count) : undefined;
      }, `${count} events`),
    async heartbeats(count) {
      const before = beats();
      await eventually(async () => beats() >= before + count, `${count} heartbeats`);
    },
    ended: async () => void (await eventually(async () => over, 'the end of the stream')),
    async close() {
      abort.abort();
      await reading;
    },
  };
}

/** As https://html.spec.whatwg.org/multipage/server-sent-events.html reads a stream. */
function parseEvents(text: string): StreamedEvent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((block) => {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const data = field('data');
      if (data === undefined) return [];
      return [
        { id: field('id'), event: field('event') ?? 'message', data: JSON.parse(data) as Record<string, unknown> },
      ];
    });
}
