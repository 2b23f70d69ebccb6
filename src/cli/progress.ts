import type { Io } from './io.ts';
import { printable } from './printable.ts';

/** Says on standard error what is being waited for. */
export interface Progress {
  say(text: string): void;
  /** Wipes the line that is not final. */
  end(): void;
}

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const FRAME_MS = 80;

/** On a terminal one line that moves; elsewhere a line for everything new. */
export function startProgress(io: Io, quiet: boolean): Progress {
  let text = '';
  if (quiet) return { say: () => undefined, end: () => undefined };
  if (io.stderr.isTTY !== true) {
    return {
      say(next) {
        if (next !== text) io.stderr.write(`${printable(next)}\n`);
        text = next;
      },
      end: () => undefined,
    };
  }
  let frame = 0;
  const draw = (): void => {
    if (text === '') return;
    frame = (frame + 1) % FRAMES.length;
    io.stderr.write(`\r\u001b[2K${FRAMES[frame]} ${text.slice(0, (io.stderr.columns ?? 80) - 3)}`);
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    say(next) {
      text = printable(next);
      draw();
    },
    end() {
      clearInterval(timer);
      if (text !== '') io.stderr.write('\r\u001b[2K');
    },
  };
}
