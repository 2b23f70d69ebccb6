import type { Skeleton } from './skeleton.ts';

/** Values inside a JSON text are escaped, values outside become a text of their own. */
export function fitJson(skeleton: Skeleton): string {
  const { text } = skeleton;
  let output = '';
  let at = 0;
  let inside = false;
  for (const { word, start, end } of skeleton.places()) {
    const before = text.slice(at, start);
    inside = endsInside(before, inside);
    output += before + written(skeleton, word, inside);
    at = end;
  }
  output += text.slice(at);
  try {
    JSON.parse(output);
  } catch {
    skeleton.malformed();
  }
  return output;
}

/** Does the part end inside a text, when it began inside or outside of one? */
function endsInside(part: string, inside: boolean): boolean {
  let quoted = inside;
  for (let at = 0; at < part.length; at++) {
    if (part[at] === '"') quoted = !quoted;
    else if (quoted && part[at] === '\\') at += 1;
  }
  return quoted;
}

function written(skeleton: Skeleton, word: string, inside: boolean): string {
  const value = skeleton.valueOf(word);
  const quoted = JSON.stringify(value);
  if (skeleton.strict && (!inside || quoted.slice(1, -1) !== value)) skeleton.refuse(word);
  return inside ? quoted.slice(1, -1) : quoted;
}
