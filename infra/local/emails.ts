import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { mailTemplatesForEsbuild } from '../bundling/mail-templates.ts';
import type * as Gallery from './emails/gallery.ts';

const output = path.join(import.meta.dirname, '../../.local/emails');

/** The mails' modules and templates bundled as the function's are, so that the page shows what is sent. */
async function loadGallery(): Promise<typeof Gallery> {
  const folder = await mkdtemp(path.join(output, 'bundle-'));
  try {
    const outfile = path.join(folder, 'gallery.mjs');
    await build({
      entryPoints: [path.join(import.meta.dirname, 'emails/gallery.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      plugins: [mailTemplatesForEsbuild()],
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

await mkdir(output, { recursive: true });
const { renderGallery } = await loadGallery();
const page = path.join(output, 'index.html');
await writeFile(page, renderGallery());
console.log(`Every e-mail in every language: ${page}`);
