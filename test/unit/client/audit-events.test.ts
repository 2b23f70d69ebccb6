import { expect, test } from 'vitest';
import { Keyferry } from '../../../src/client/keyferry.ts';

/** An API whose record ends at event `last`, and whose answers break off behind the event numbers given. */
function recordOf(last: number, ...breaks: readonly number[]) {
  const asked: number[] = [];
  const answer: typeof fetch = async (input) => {
    const after = Number(new URL(String(input)).searchParams.get('afterSeq'));
    const end = breaks[asked.push(after) - 1];
    let begun = false;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      if (begun) return end === undefined ? controller.close() : controller.error(new DOMException('', 'TimeoutError'));
      begun = true;
      const lines = Array.from({ length: (end ?? last) - after }, (_, at) => `{"seq":${after + at + 1}}\n`);
      controller.enqueue(Buffer.from(`${lines.join('')}`));
    };
    // Nothing is read ahead: what came before it broke off was seen.
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
  };
  const kf = new Keyferry({ url: 'http://api.example', retries: 0, fetch: answer });
  return { kf, asked };
}

const read = async (kf: Keyferry) => {
  const seen: number[] = [];
  for await (const { seq } of kf.audit.events()) seen.push(seq);
  return seen;
};

test('a record whose answer breaks off is gone on with where it broke', async () => {
  const { kf, asked } = recordOf(6, 2, 5);
  const seen = await read(kf);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  expect(asked[0]).toBe(0);
  expect(asked.at(-1)).toBe(6);
});

test('an answer that breaks off before its first event is a failure', async () => {
  const { kf, asked } = recordOf(6, 0);
  await expect(read(kf)).rejects.toThrow();
  expect(asked).toEqual([0]);
});
