/**
 * JSONata of the `onboarding` state machine that is longer than one call, each with its own tests. Step Functions runs
 * JSONata 2.0.6: no `?:`, no `??`.
 */

/** The longest wait that Step Functions takes, a little over three years. */
const longestSeconds = 99_999_999;

const asked = '$states.result.Payload.waitSeconds';

/** `TimeoutSeconds` of the wait that an answer asks for: whole seconds, at least 1, also when it asks for none. */
export const waitSecondsOfAnswer = `{% $type(${asked}) = 'number' ? $min([${longestSeconds}, $max([1, $ceil(${asked})])]) : 1 %}`;

/** Condition of the Choice: the answer of the last task asks for `step`. */
export function asksFor(step: string): string {
  return `{% $states.input.next = '${step}' %}`;
}
