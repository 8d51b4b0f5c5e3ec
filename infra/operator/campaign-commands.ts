import type { CommandBuilder } from './commands.ts';

/** Commands about the campaign. */
export const campaignCommands: Readonly<Record<string, CommandBuilder>> = {};
