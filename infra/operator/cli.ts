import { readFileSync } from 'node:fs';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { runCommandLine } from './run-command-line.ts';

/** `npm run operator -- <command> …`; see `--help`. */
process.exitCode = await runCommandLine(process.argv.slice(2), {
  // File descriptor 0 is standard input.
  readText: (path) => readFileSync(path === '-' ? 0 : path, 'utf8'),
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  environment: process.env,
  awsCredentials: defaultProvider(),
});
