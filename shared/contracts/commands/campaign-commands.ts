/** Commands about the campaign; part of the operators' commands. */
export const campaignCommands = [] as const;
