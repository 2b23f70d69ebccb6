/** Without a request for so long, a session is over. */
export const SESSION_IDLE_MINUTES = 60;
/** And after so long in any case. */
export const SESSION_HOURS = 12;

/** SQL: does session `x` still let somebody in? `t` is its token, left joined. */
export const LIVE_SESSION = `x.ended_at is null and x.expires_at > now()
  and x.seen_at > now() - interval '${SESSION_IDLE_MINUTES} minutes'
  and (x.token_id is null or (t.revoked_at is null and (t.expires_at is null or t.expires_at > now())))`;
