import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { compileTemplate, mailTemplatesForEsbuild } from '../../infra/bundling/mail-templates.ts';
import renderText from './templates/greeting.hbs';
import renderHtml from './templates/greeting.mjml';

const model = { locale: 'nl', name: '<b>Bakkerij & Zoon</b>', lines: ['één', '=1+1'] };
const templates = path.join(import.meta.dirname, 'templates');

describe('templates imported by a test', () => {
  it('render MJML as HTML with escaped values', () => {
    const html = renderHtml(model);
    expect(html).toMatch(/<!doctype html>[\s\S]*<html lang="nl"/i);
    expect(html).toContain('Hello &lt;b&gt;Bakkerij &amp; Zoon&lt;/b&gt;');
    expect(html.match(/één|&#x3D;1\+1/g)).toHaveLength(2);
    expect(html).not.toMatch(/<mj-|\{\{/);
  });

  it('render text with values as they are', () => {
    expect(renderText(model)).toBe('Hello <b>Bakkerij & Zoon</b>\n- één\n- =1+1\n');
  });
});

describe('templates in a bundle', () => {
  it('render the same, with no compiler on board', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import html from './greeting.mjml'; import text from './greeting.hbs'; export { html, text };`,
        resolveDir: templates,
      },
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      platform: 'node',
      plugins: [mailTemplatesForEsbuild()],
    });
    const [{ text: code } = { text: '' }] = outputFiles;
    const bundled = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    expect(bundled.html(model)).toBe(renderHtml(model));
    expect(bundled.text(model)).toBe(renderText(model));
    expect(code.length).toBeLessThan(60_000);
  });
});

describe('a template with a mistake', () => {
  it('is refused with file, line and tag', async () => {
    const file = path.join(templates, 'broken.mjml');
    await expect(compileTemplate(file)).rejects.toThrow(/broken\.mjml:3 <mj-sektion>/);
  });
});
