import { path } from './visits.ts';

const page = (more: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Job queue</title>
<meta name="viewport" content="width=device-width">${more}</head>
<body><h1>Job queue</h1>${body}</body>
</html>
`;

/** @param why a sentence of ours, not of whoever asks */
export const signInPage = (why: string): string =>
  page(
    '',
    `<p>${why}</p>
<form method="post" action="${path}/sign-in">
<label>Token <input name="token" type="password" autocomplete="off" required></label>
<button>Sign in</button>
</form>`,
  );

/**
 * A redirect would be a part of a navigation that another site may have begun, and would not carry
 * the cookie (`SameSite=Strict`). A page that leads on begins a new one.
 */
export const signedInPage = page(
  `<meta http-equiv="refresh" content="0; url=${path}/">`,
  `<p><a href="${path}/">The jobs</a></p>`,
);
