import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * What the bundles have in place of `defaultProvider` of `@aws-sdk/credential-provider-node`, which every client of the
 * SDK takes when it is given no credentials. That one looks in the environment first and then in six places that a
 * Lambda function does not have (SSO, configuration files, a process, a web identity, containers, instance metadata):
 * 135 KB of each bundle, and 20 ms of its import.
 *
 * The environment is enough: Lambda puts the role's temporary credentials there when it makes a sandbox, ends the
 * sandbox before they expire, and a new sandbox reads new ones. So nothing has to be refreshed within a process.
 */
export const defaultProvider = fromEnv;
