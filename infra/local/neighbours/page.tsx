import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { stylesheet } from './stylesheet.ts';

interface PageProps {
  readonly title: string;
  readonly brand: string;
  /** Which neighbour it is: gives each its own colour, so that nobody mixes up the windows. */
  readonly theme: 'store' | 'desk' | 'spend';
  readonly home: string;
  /** Right end of the top bar. */
  readonly corner?: Child;
  readonly children?: Child;
}

/** The frame of every neighbour's page. Works without JavaScript. */
export function Page({ title, brand, theme, home, corner, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${brand}`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/neighbour.css" />
      </head>
      <body class={theme}>
        <header class="bar">
          <a class="brand" href={home}>
            <span class="mark" aria-hidden="true" />
            {brand}
          </a>
          <span class="simulated">simulation</span>
          <div class="corner">{corner}</div>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

/** A message above the form it belongs to; errors are announced by screen readers. */
export function Notice({ kind, children }: { kind: 'error' | 'success' | 'info'; children?: Child }) {
  return (
    <p class={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      {children}
    </p>
  );
}

/** Answers with a page; the doctype isn't part of JSX. */
export function answerPage(c: Context, page: Child, status: 200 | 400 | 403 | 404 | 422 = 200) {
  return c.html(html`<!doctype html>${page}`, status);
}

/** The style sheet and headers that keep a page from running anything it was fed. */
export function pageRoutes(app: Hono): void {
  app.get('/neighbour.css', (c) => c.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.use(async (c, next) => {
    await next();
    if (!(c.res.headers.get('Content-Type') ?? '').startsWith('text/html')) return;
    c.header(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-src 'self'; base-uri 'none'",
    );
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cache-Control', 'no-store');
  });
}

/** One text field of a submitted form, trimmed; empty when it is missing or a file. */
export function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
