/** Where to go after signing in: a place of ours or the console's beginning, wherever the address asked to go. */
export function safePlace(to: string | undefined, origin: string): string {
  if (to === undefined || !URL.canParse(to, origin)) return '/console';
  const { origin: there, pathname, search } = new URL(to, origin);
  const ours = /^\/(console|admin\/queues)(\/|$)/.test(pathname) && !pathname.startsWith('/console/sign-in');
  return there === origin && ours ? pathname + search : '/console';
}
