import { hash } from 'node:crypto';
import { stringMember } from './json.ts';
import { AwsError } from './service.ts';

type Answer = Record<string, unknown>;

interface Known {
  readonly digest: string;
  readonly answer: Promise<Answer>;
  readonly until: number;
}

/** "A client request token is valid for 10 minutes after the first request that uses it is completed." */
const lifeMs = 10 * 60_000;

/**
 * The tokens by which a repeated transaction is carried out once. The engine knows them too, but looks through all of the
 * last ten minutes for each: after 20,000 transactions one took twice as long. Who repeats one that still runs gets its
 * answer, where DynamoDB says `TransactionInProgressException`.
 */
export class TransactionTokens {
  /** In the order in which they end. */
  readonly #known = new Map<string, Known>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** `execute` gets the input without its token. A transaction that failed may be tried again. */
  run(input: Record<string, unknown>, execute: (input: Record<string, unknown>) => Promise<Answer>) {
    const token = stringMember(input, 'ClientRequestToken');
    if (token === undefined) return execute(input);
    const { ClientRequestToken: _token, ...rest } = input;
    const digest = hash('sha256', JSON.stringify(rest.TransactItems ?? null));
    this.#forget();
    const known = this.#known.get(token);
    if (known !== undefined && known.digest !== digest) {
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The request token was used with other parameters within the last ten minutes.',
      );
    }
    // It consumes nothing again, and its answer has nothing else to tell.
    if (known !== undefined) return known.answer.then((): Answer => ({}));
    const answer = execute(rest);
    this.#known.set(token, { digest, answer, until: this.#now() + lifeMs });
    answer.catch(() => this.#known.delete(token));
    return answer;
  }

  #forget(): void {
    for (const [token, { until }] of this.#known) {
      if (until > this.#now()) return;
      this.#known.delete(token);
    }
  }
}
