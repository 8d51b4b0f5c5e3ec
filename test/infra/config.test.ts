import { describe, expect, it } from 'vitest';
import { configOf, parseStage, stages } from '../../infra/config.ts';

describe('the stage', () => {
  it('is local unless told', () => {
    expect(parseStage(undefined)).toBe('local');
    expect(parseStage('prod')).toBe('prod');
  });

  it.each(['production', '', 7])('is not %j', (given) => {
    expect(() => parseStage(given)).toThrow(/-c stage=local \| dev \| prod/);
  });
});

describe('the local stage', () => {
  it('finds its neighbours above the port base', () => {
    const config = configOf('local', { LOCAL_PORT_BASE: '5100' });
    expect(config.visma.tokenUrl).toBe('http://127.0.0.1:5102/connect/token');
    expect(config.visma.apiUrl).toBe('http://127.0.0.1:5102');
    expect(config.spendCloudWebhookUrl).toBe('http://127.0.0.1:5105/webhooks/visma-onboarding');
  });

  it.each(['x', '80', '65001', '4600.5', ''])('refuses the port base %j', (given) => {
    expect(() => configOf('local', { LOCAL_PORT_BASE: given })).toThrow(/1024 to 65000/);
  });
});

describe.each([...stages])('stage %s', (stage) => {
  const config = configOf(stage, {});

  it('belongs to an account only when one is given', () => {
    expect(config.env).toEqual({ region: 'eu-west-1' });
    expect(configOf('prod', { CDK_DEFAULT_ACCOUNT: '000000000000' }).env.account).toBe('000000000000');
  });

  it('lets two calls to Visma end before the function does, and the function before its message comes back', () => {
    expect(2 * config.visma.timeoutMs).toBeLessThan(config.functionTimeoutSeconds * 1000);
    expect(config.visibilitySeconds).toBeGreaterThanOrEqual(config.functionTimeoutSeconds);
  });

  it('lets a token be asked for within the lease, and a caller wait for it and then ask within one run', () => {
    const { tokens, visma, functionTimeoutSeconds } = config;
    expect(tokens.leaseSeconds * 1000).toBeGreaterThan(visma.timeoutMs);
    expect(tokens.waitSeconds).toBeGreaterThan(tokens.leaseSeconds);
    expect(tokens.waitSeconds * 1000 + visma.timeoutMs).toBeLessThan(functionTimeoutSeconds * 1000);
  });

  it('asks for consent as long here as there', () => {
    const waits = config.consentRetrySeconds.reduce((sum, wait) => sum + wait, 0);
    expect(waits).toBeGreaterThanOrEqual(config.onboarding.propagationSeconds);
    expect(waits).toBeLessThan(1.5 * config.onboarding.propagationSeconds);
  });

  it('plans health checks as far ahead as a rate and a queue go, and gives one up before its queue does', () => {
    const { planEverySeconds, periodSeconds, failingPeriodsMax, triesMax } = config.health;
    expect(planEverySeconds % 60).toBe(0);
    if (stage !== 'local') expect([planEverySeconds, periodSeconds]).toEqual([900, 86_400]);
    expect(failingPeriodsMax).toBe(3);
    // Receipts beyond it go to the dead letters: an outage of Visma must not.
    expect(triesMax).toBeLessThan(15);
  });

  it('has waits that end in whole seconds', () => {
    for (const [name, value] of Object.entries(config.onboarding)) {
      expect(`${name} ${Number.isInteger(value) && value >= 1}`).toBe(`${name} true`);
    }
  });
});
