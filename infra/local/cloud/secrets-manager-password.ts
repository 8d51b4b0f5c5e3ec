import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { parseObject } from './json.ts';
import { UnsupportedTemplate } from './service.ts';

/** `GenerateSecretString` of `AWS::SecretsManager::Secret`, as far as our templates use it. */
export const generateProperties = z.strictObject({
  PasswordLength: z.int().min(8).max(4096).default(32),
  ExcludePunctuation: z.boolean().default(false),
  SecretStringTemplate: z.string(),
  GenerateStringKey: z.string(),
});

const letters = 'abcdefghijklmnopqrstuvwxyz';
const plain = `${letters}${letters.toUpperCase()}0123456789`;
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** The template's JSON object with a random password under `GenerateStringKey`. */
export function generateSecretString(options: z.output<typeof generateProperties>, path: string): string {
  const template = parseObject(options.SecretStringTemplate);
  if (template === undefined)
    throw new UnsupportedTemplate(path, 'SecretStringTemplate is not a JSON object');
  const alphabet = options.ExcludePunctuation ? plain : plain + punctuation;
  const password = Array.from({ length: options.PasswordLength }, () =>
    alphabet.charAt(randomInt(alphabet.length)),
  ).join('');
  return JSON.stringify({ ...template, [options.GenerateStringKey]: password });
}
