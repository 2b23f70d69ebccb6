const TEXTS = {
  closed: 'Give the API token of an administrator of this installation. The session lasts fifteen minutes.',
  refused: 'This token is not one of an administrator of this installation.',
  open: 'A session is open in this browser.',
} as const;

/** Where a browser begins and ends a session of the queue console. Holds nothing that anybody sent. */
export function signInPage(state: keyof typeof TEXTS, action: string): string {
  const form =
    state === 'open'
      ? `<p><a href="./">Look at the queue</a></p>
      <form method="post" action="${action}/end"><button>End the session</button></form>`
      : `<form method="post" action="${action}">
        <label>API token <input name="token" type="password" autocomplete="off" required autofocus></label>
        <button>Open</button>
      </form>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Keyferry queue</title>
    <style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}</style>
  </head>
  <body>
    <main>
      <h1>Keyferry queue</h1>
      <p>${TEXTS[state]}</p>
      ${form}
    </main>
  </body>
</html>
`;
}
