/** What `GET /control` answers. */
export const controlGuide = `Simulated Visma: control API. JSON in, JSON out; wrong input is a 400 that says what is wrong.

THE DEVELOPER PORTAL
GET    /control/codes                     invitation codes with their status: open, accepted, expired
POST   /control/codes                     {code?, description?, expiresAt?}, or an array of them
                                          (made up; 5 days unless told; a code is accepted once, by any company)
GET    /control/tenants                   the Customers tab: tenants that have integrated the application
POST   /control/webhook                   {url, secret}: where tenant_application_added goes, and its signature key
GET    /control/deliveries                each webhook with its attempts
POST   /control/deliveries/:id/resend     once more, same notification id
POST   /control/secrets                   {secrets: [...]}: client secrets accepted from now on (for a rotation: two)

THE CUSTOMERS
GET    /control/customers                 all tenants and users
POST   /control/customers                 {name, tenantId?, companies: [{name, corporateId, vatRegistrationId?, licence?, tenantId?}],
                                           users: [{email, name, roles: [{tenantId | "*", role}]}]}
                                          role: Integration Administrator | Customer administrator | User
POST   /control/integrations              {tenantId, code?, scopes?}: integrate without the App Store's pages
DELETE /control/integrations/:tenantId    the customer removes the application; issued tokens live on

WHAT GOES WRONG FOR ONE TENANT            POST /control/tenants/:tenantId with any of; GET shows them
licence: true | false | null              false is ERP fault 12027; null: as the company was added
organisations: 0..50                      length of the organisation list
corporateId: "..." | null                 another number than the company's own
propagationSeconds: n | null              invalid_tenant for so long after Integrate
http: 401 | 403 | 429 | 500 | 503 | "timeout" | null   the ERP API's answer
grantedScopes: [...] | null               instead of what the customer left on
tokenTenantId: uuid | null                the token names another tenant

WHAT GOES WRONG FOR ALL                   POST /control/switches with any of; GET shows them
connect: "up" | "down" | "timeout" | 429  the token endpoint
erp: "up" | "down" | "timeout"            the ERP API
slowMs: n                                 every answer of both waits
invalidClient: true                       even the right secret is refused
rateLimit: {limit, windowSeconds}         ERP calls per client and tenant in a fixed window
retryAfterSeconds: n                      of a 429 that a switch caused
timeoutSeconds: n                         how long a "timeout" holds the connection before its 504
scopeShortfall: "fewer" | "refuse"        a token with fewer scopes, or invalid_scope (UNCONFIRMED which is real)
noLicenceStatus: 400 | 401 | 403 | 500    status of fault 12027 (UNCONFIRMED)
tokenLifetimeSeconds: n                   expires_in
includeTokenId: true                      jti in the token
propagationSeconds: n                     as above, for every tenant without its own figure
webhook: {suppress, duplicate, delayMs}   of tenant_application_added

COUNTERS
GET    /control/counters                  {tokenRequests, tokensIssued, organizationReads, organizationReadsAnswered,
                                           throttled, byTenant}
DELETE /control/counters                  back to nought

Beside it: POST /connect/token, GET /.well-known/openid-configuration, GET /v1/organization, and the App Store at /app-store.
`;
