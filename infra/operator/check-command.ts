import type * as z from 'zod';
import { operatorCommand } from '../../shared/contracts/commands/operator-commands.ts';
import type { CommandInput } from './client.ts';
import { timeForm, UsageError } from './commands.ts';

/** The contract's own check: what the service would refuse is refused here, with the same words. */
export function checkedCommand(command: unknown): CommandInput {
  const parsed = operatorCommand.safeParse(command);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || 'command'}: ${inPlainWords(issue)}`,
  );
  throw new UsageError(`The command is not valid (--help explains it):\n${issues.join('\n')}`);
}

/** What is most often wrong, in the words of somebody who typed a command. */
function inPlainWords(issue: z.core.$ZodIssue): string {
  if (issue.message.endsWith('received undefined')) return 'is missing';
  if (issue.code === 'invalid_format' && issue.format === 'datetime') return timeForm;
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.join(', ')}`;
  if (issue.message.endsWith('received NaN')) return 'must be a number';
  if (issue.code === 'too_small' && issue.origin === 'array') return `needs ${issue.minimum} at least`;
  return issue.message;
}
