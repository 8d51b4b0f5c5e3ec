import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vite';

const templateFile = /\.(mjml|hbs)$/;

/**
 * Source of a module whose default export renders a template: `.mjml` (compiled to HTML, values escaped) or `.hbs`
 * (text, values as they are). Neither MJML nor the Handlebars compiler is in a bundle; a mail is never compiled at run
 * time. Throws with file and line for whatever MJML or Handlebars does not accept.
 */
export async function compileTemplate(file: string): Promise<string> {
  const source = await readFile(file, 'utf8');
  const isHtml = path.extname(file) === '.mjml';
  const { default: Handlebars } = await import('handlebars');
  const spec = Handlebars.precompile(isHtml ? await toHtml(source, file) : source, { noEscape: !isHtml });
  return `import Handlebars from 'handlebars/runtime.js';\nexport default Handlebars.template(${spec});\n`;
}

async function toHtml(source: string, file: string): Promise<string> {
  // Loaded when needed: it takes a second, and every test run loads this file.
  const { default: mjml2html } = await import('mjml');
  // `soft` with a look at the errors instead of `strict`, which reports the first one only.
  const { html, errors } = await mjml2html(source, { filePath: file, validationLevel: 'soft' });
  if (errors.length === 0) return html;
  const problems = errors.map((error) => `${file}:${error.line} <${error.tagName}> ${error.message}`);
  throw new Error(`MJML does not accept the template:\n${problems.join('\n')}`);
}

/** For the bundles. */
export function mailTemplatesForEsbuild(): EsbuildPlugin {
  return {
    name: 'mail-templates',
    setup(build) {
      build.onLoad({ filter: templateFile }, async ({ path: file }) => ({
        contents: await compileTemplate(file),
        loader: 'js',
      }));
    },
  };
}

/** For vitest: the same modules, so that a test renders what is deployed. */
export function mailTemplatesForVite(): VitePlugin {
  return {
    name: 'mail-templates',
    enforce: 'pre',
    async load(id) {
      const file = id.split('?')[0] ?? id;
      return templateFile.test(file) ? await compileTemplate(file) : undefined;
    },
  };
}
