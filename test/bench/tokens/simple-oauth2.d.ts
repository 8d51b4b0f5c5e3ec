/** The package ships without types: what the bench uses of it. */
declare module 'simple-oauth2' {
  export interface AccessToken {
    readonly token: { readonly access_token: string; readonly expires_at: Date | string };
    expired(expirationWindowSeconds?: number): boolean;
  }
  export class ClientCredentials {
    constructor(config: {
      readonly client: { readonly id: string; readonly secret: string };
      readonly auth: { readonly tokenHost: string; readonly tokenPath: string };
    });
    getToken(params: Readonly<Record<string, string>>): Promise<AccessToken>;
    createToken(token: { readonly access_token: string; readonly expires_at: string }): AccessToken;
  }
}
