import type { Credentials } from './iam.ts';

export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** The unpacked bundle. */
  readonly folder: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | undefined;
  readonly logGroup: string;
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel: string | undefined;
}

/**
 * The whole environment of a function: what the template gives it and what Lambda documents as "defined runtime
 * environment variables", nothing of the host's.
 */
export function functionEnvironment(
  config: FunctionConfig,
  credentials: Credentials,
  region: string,
  endpoint: string,
): Record<string, string> {
  return {
    ...config.variables,
    _HANDLER: config.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: config.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${credentials.accessKeyId}`,
    AWS_LAMBDA_LOG_FORMAT: config.logFormat,
    ...(config.logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: config.logLevel }),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    // Every SDK client of the function talks to the gateway; on AWS this variable is absent.
    AWS_ENDPOINT_URL: endpoint,
    // Without it a missing credential would send the SDK to the host's instance metadata.
    AWS_EC2_METADATA_DISABLED: 'true',
    LAMBDA_TASK_ROOT: config.folder,
    LAMBDA_RUNTIME_DIR: config.folder,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  };
}
