/** A folder right below another, and how many secrets lie in it or deeper. */
export interface FolderBelow {
  readonly name: string;
  readonly path: string;
  readonly count: number;
}

/** The folders right below `here` in which the listed secrets lie, by name. */
export function foldersIn(here: string, paths: readonly string[]): readonly FolderBelow[] {
  const prefix = here === '' ? '' : `${here}/`;
  const counts = new Map<string, number>();
  for (const path of paths) {
    if (path === here || !path.startsWith(prefix)) continue;
    const name = path.slice(prefix.length).split('/')[0] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, path: prefix + name, count }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The way from the top to `here`: every folder on it with its path. */
export function trail(here: string): readonly { readonly name: string; readonly path: string }[] {
  const names = here === '' ? [] : here.split('/');
  return names.map((name, at) => ({ name, path: names.slice(0, at + 1).join('/') }));
}
