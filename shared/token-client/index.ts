/** What `visma-onboarding/token-client` exports; docs/token-client.md explains it. */
// biome-ignore-start lint/performance/noBarrelFile: the package has one door.
export type { VismaToken } from '../contracts/tokens/token-broker.ts';
export {
  type TokenFor,
  VismaAdministrationNotMapped,
  VismaClientRejected,
  VismaConnectionNotActive,
  VismaTemporarilyUnavailable,
  VismaTenantDisconnected,
  VismaTokenError,
  type VismaTokenErrorCode,
  VismaTokenFault,
  VismaTokenRefused,
  VismaWrongOrganisation,
} from './errors.ts';
export { assertMappedOrganisation, isMappedOrganisation } from './organisation.ts';
export {
  createTokenClient,
  getVismaToken,
  type TokenClient,
  type TokenClientOptions,
  withVismaToken,
} from './token-client.ts';
// biome-ignore-end lint/performance/noBarrelFile: the package has one door.
