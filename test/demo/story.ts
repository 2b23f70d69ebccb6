/** Tells a run and checks it on the way: every line with a tick was looked up, none is taken on trust. */
export interface Story {
  /** A new chapter. */
  chapter(title: string): void;
  /** Something that was done and needs no proof. */
  say(text: string): void;
  /** A fact. Throws {@link StoryFailed}, after telling what was seen instead, when it does not hold. */
  check(text: string, holds: boolean, seen?: unknown): void;
  /** How many facts were checked. */
  readonly checked: number;
  /** Everything told so far. */
  text(): string;
}

export class StoryFailed extends Error {
  override readonly name = 'StoryFailed';
}

export function createStory(tell: (line: string) => void): Story {
  let chapters = 0;
  let checked = 0;
  const lines: string[] = [];
  const print = (line: string): void => {
    lines.push(line);
    tell(line);
  };
  return {
    chapter(title) {
      print(`\n${++chapters}. ${title}`);
    },
    say: (text) => print(`     ${text}`),
    check(text, holds, seen) {
      checked++;
      if (holds) return print(`   ✓ ${text}`);
      print(`   ✗ ${text}${seen === undefined ? '' : `\n     seen: ${JSON.stringify(seen)}`}`);
      throw new StoryFailed(text);
    },
    get checked() {
      return checked;
    },
    text: () => lines.join('\n'),
  };
}
