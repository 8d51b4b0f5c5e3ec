import type { TokenPolicy } from '../../../shared/domain/token/token.ts';

/** What every process of the bench is told first. */
export interface Surroundings {
  readonly dynamodb: string;
  readonly tokenTable: string;
  readonly visma: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly timeoutMs: number;
  readonly policy: TokenPolicy;
}

export const peerNames = ['simple-oauth2', 'openid-client', '@badgateway/oauth2-client'] as const;
export type PeerName = (typeof peerNames)[number];

/** `broker` is this repository's token cache over the shared table. */
export type Contender = PeerName | 'broker';

/** What a process can be asked to do, one after another. Times are milliseconds; instants are of the epoch. */
export interface Tasks {
  surround(surroundings: Surroundings): Promise<void>;
  /** Starts afresh: nothing is at hand but what all processes share. */
  prepare(of: { readonly contender: Contender; readonly tenantId: string }): Promise<void>;
  /** So many callers ask at the instant `at`; answers how long each waited. Throws when one got no token. */
  stampede(of: { readonly callers: number; readonly at: number }): Promise<readonly number[]>;
  /** A cache whose clock stands still until it is told the next instant. */
  startWave(): Promise<void>;
  /** Asks for each tenant's token at that instant. */
  wave(of: { readonly at: number; readonly tenantIds: readonly string[] }): Promise<void>;
  /** Reads a token that is at hand, one read after another; answers how many there were per second. */
  readInProcess(of: { readonly tenantId: string; readonly forMs: number }): Promise<number>;
  /** Reads through the shared item with a new cache each time; answers how long each read took. */
  readShared(of: { readonly tenantId: string; readonly forMs: number }): Promise<readonly number[]>;
  /** Invokes the broker over HTTP; see `invokeService`. */
  invoke(load: ServiceLoad): Promise<{ readonly waits: readonly number[]; readonly seconds: number }>;
}

export interface ServiceLoad {
  /** Of the function's invocations. */
  readonly url: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly body: string;
  readonly concurrency: number;
  readonly forMs: number;
}

export interface Request<Name extends keyof Tasks = keyof Tasks> {
  readonly task: Name;
  readonly input: Parameters<Tasks[Name]>[0];
}

export type Reply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: string };
