import { demonstrateCampaign } from './demo-campaign.ts';
import { demonstrateExport } from './demo-export.ts';
import { demonstrateOnboarding } from './demo-onboarding.ts';
import { freePortBase } from './free-ports.ts';
import { startLocalStage } from './local-stage.ts';

/**
 * The whole story of one customer with two companies, and then of a campaign of several customers, through the interfaces that people and systems use. Exits 0 only
 * when both connections are activated, Spend Cloud and the customer were told of each, and documents landed in each
 * company's own books; and when each customer of the campaign got the reminders that were due, and none after.
 */
const started = performance.now();
let steps = 0;
function tell(text: string): void {
  steps += 1;
  console.log(
    `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${String(steps).padStart(2)}. ${text}`,
  );
}

console.log(
  'Demonstration: a customer with two Visma.net companies, from the ticket to the first export, and a campaign.\n',
);
const stage = await startLocalStage({ portBase: await freePortBase() });
try {
  tell('Stage local runs: the synthesised templates, IAM enforced, among simulated neighbours');
  await demonstrateOnboarding(stage, tell);
  await demonstrateExport(stage, tell);
  await demonstrateCampaign(stage, tell);
  console.log(
    '\nBoth connections are activated, Spend Cloud and the customer were told, documents are where they belong, and reminders went to who was due.',
  );
} catch (error) {
  console.error(`\nThe demonstration failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await stage.stop();
}
