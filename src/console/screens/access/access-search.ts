export const ACCESS_VIEWS = ['mine', 'people', 'groups', 'machines', 'roles'] as const;
export type AccessView = (typeof ACCESS_VIEWS)[number];

export function readAccessSearch({ show }: Readonly<Record<string, unknown>>): { readonly show: AccessView } {
  return { show: ACCESS_VIEWS.find((view) => view === show) ?? 'mine' };
}
