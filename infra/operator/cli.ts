import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { runCommandLine } from './run-command-line.ts';
import { askHidden } from './secret-input.ts';

/** `npm run operator -- <command> …`; see `--help`. */
process.exitCode = await runCommandLine(process.argv.slice(2), {
  // File descriptor 0 is standard input.
  readText: (path) => readFileSync(path === '-' ? 0 : path, 'utf8'),
  writeText: (path, text) => writeFileSync(path, text),
  readHidden: (question) =>
    process.stdin.isTTY ? askHidden(process.stdin, say, question) : text(process.stdin),
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => say(`${line}\n`),
  environment: process.env,
  awsCredentials: defaultProvider(),
  onInterrupt: (stop) => {
    // Once: whoever presses it again means it.
    process.once('SIGINT', stop);
    return () => process.off('SIGINT', stop);
  },
});

function say(words: string): void {
  process.stderr.write(words);
}
