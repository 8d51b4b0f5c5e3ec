import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { isRecord } from './json.ts';
import { UnsupportedTemplate } from './service.ts';

/** `GenerateSecretString` of `AWS::SecretsManager::Secret`. */
export const generateProperties = z.strictObject({
  PasswordLength: z.int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  RequireEachIncludedType: z.boolean().default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});

const lowercase = 'abcdefghijklmnopqrstuvwxyz';

/** A random password, or the template's JSON object with it under `GenerateStringKey`. */
export function generateSecretString(options: z.output<typeof generateProperties>, path: string): string {
  const password = generatePassword(options, path);
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw new UnsupportedTemplate(path, 'SecretStringTemplate and GenerateStringKey go together');
  }
  const parsed = parseObject(template);
  if (parsed === undefined) throw new UnsupportedTemplate(path, 'SecretStringTemplate is not a JSON object');
  return JSON.stringify({ ...parsed, [key]: password });
}

function generatePassword(options: z.output<typeof generateProperties>, path: string): string {
  const kinds = [
    options.ExcludeLowercase ? '' : lowercase,
    options.ExcludeUppercase ? '' : lowercase.toUpperCase(),
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    options.IncludeSpace ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !options.ExcludeCharacters.includes(character)).join(''))
    .filter((kind) => kind !== '');
  if (kinds.length === 0) throw new UnsupportedTemplate(path, 'every character is excluded');
  const required = options.RequireEachIncludedType ? kinds : [];
  if (required.length > options.PasswordLength)
    throw new UnsupportedTemplate(path, 'PasswordLength is too short');
  const all = kinds.join('');
  const characters = required.map(pick);
  while (characters.length < options.PasswordLength) characters.push(pick(all));
  // The required ones came first: move each to a random place.
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    const [left, right] = [characters[index] ?? '', characters[other] ?? ''];
    characters[index] = right;
    characters[other] = left;
  }
  return characters.join('');
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
