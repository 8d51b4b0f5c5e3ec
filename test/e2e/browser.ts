import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where screenshots go; nothing there is kept in git. */
const screens = join(root, 'test/e2e/screens');

/** Two sizes every page is looked at in. */
export const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

/** A headless Chromium from npm, which brings its own libraries; close it yourself. */
export async function launchBrowser(): Promise<Browser> {
  const folder = await unpackedChromium();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
    env: {
      ...definedEnvironment(),
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      FONTCONFIG_FILE: await writeFontConfiguration(folder),
    },
    timeout: 60_000,
  });
}

/** A visitor of his own: no shared cookies. `javaScript: false` proves that pages work without scripts. */
export async function newVisitor(
  browser: Browser,
  options: { size?: keyof typeof sizes; javaScript?: boolean } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport: sizes[options.size ?? 'desktop'],
    javaScriptEnabled: options.javaScript ?? true,
  });
  context.setDefaultTimeout(15_000);
  return { context, page: await context.newPage() };
}

/** Takes `<name>.png` into the folder of screenshots. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(screens, { recursive: true });
  await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true });
}

/** The package's own file looks for its font in /tmp/fonts only; without any font every text has no size. */
async function writeFontConfiguration(folder: string): Promise<string> {
  const file = join(folder, 'fonts/browser.conf');
  const dirs = [join(folder, 'fonts'), '/usr/share/fonts'].map((dir) => `<dir>${dir}</dir>`).join('');
  const cache = `<cachedir>${join(folder, 'fonts/cache')}</cachedir>`;
  await writeFile(file, `<?xml version="1.0"?><fontconfig>${dirs}${cache}</fontconfig>\n`);
  return file;
}

/**
 * The package unpacks into $TMPDIR and takes whatever lies there, also a half of it from a killed run. So it unpacks
 * into a folder of its own, which gets its final name only when it is whole.
 */
async function unpackedChromium(): Promise<string> {
  const require = createRequire(import.meta.url);
  const packageFile = join(dirname(require.resolve('@sparticuz/chromium')), '../package.json');
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string };
  const cache = join(root, 'node_modules/.cache');
  const folder = join(cache, `chromium-${version}`);
  if (await isWhole(folder)) return folder;

  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(join(cache, 'chromium-unpacking-'));
  const before = { TMPDIR: process.env.TMPDIR, AWS_EXECUTION_ENV: process.env.AWS_EXECUTION_ENV };
  const touched = ['LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME'].map(
    (name) => [name, process.env[name]] as const,
  );
  try {
    process.env.TMPDIR = staging;
    // It brings its shared libraries only where it believes itself in a Lambda, and looks when it is imported.
    process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';
    const { default: bundled } = await import('@sparticuz/chromium');
    await bundled.executablePath();
  } finally {
    for (const [name, value] of [...Object.entries(before), ...touched]) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  try {
    await rename(staging, folder);
  } catch (error) {
    // Another run was faster; anything else is a failure.
    await rm(staging, { recursive: true, force: true });
    if (!(await isWhole(folder))) throw error;
  }
  return folder;
}

async function isWhole(folder: string): Promise<boolean> {
  return readFile(join(folder, 'fonts/fonts.conf')).then(
    () => true,
    () => false,
  );
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
