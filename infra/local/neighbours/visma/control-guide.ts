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
GET    /control/secrets                   {accepted: [...]}: ids of the accepted client secrets (SHA-256 in hex)
POST   /control/secrets                   {secrets: [...]}: client secrets accepted from now on, and no others
                                          (a rotation: both, then the new one; a failed one: both, then the old one)
POST   /control/refused-tokens            {token} or {tokenId: its SHA-256 in hex}: the ERP API answers 401 to it from now on

THE CUSTOMERS
GET    /control/customers                 all tenants and users
POST   /control/customers                 {name, tenantId?, companies: [{name, corporateId, vatRegistrationId?, licence?, tenantId?}],
                                           users: [{email, name, roles: [{tenantId | "*", role}]}]}
                                          role: Integration Administrator | Customer administrator | User
POST   /control/integrations              {tenantId, code?, scopes?}: integrate without the App Store's pages
DELETE /control/integrations/:tenantId    the customer removes the application; issued tokens live on
GET    /control/documents[?tenantId=]     supplier invoices that were written, oldest first (1,000 are kept per tenant)

WHAT GOES WRONG FOR ONE TENANT            POST /control/tenants/:tenantId with any of; GET shows them
licence: true | false | null              false is ERP fault 12027; null: as the company was added
organisations: 0..50                      length of the organisation list
corporateId: "..." | null                 another number than the company's own
propagationSeconds: n | null              invalid_tenant for so long after Integrate
http: 401 | 403 | 429 | 500 | 503 | "timeout" | null   the ERP API's answer
loseWriteAnswers: true                    a written document is kept, but answered 504
grantedScopes: [...] | null               instead of what the customer left on
tokenTenantId: uuid | null                the token names another tenant
connect, slowMs, tokenLifetimeSeconds,    as below, for this tenant; null: as for everybody
repeatToken

WHAT GOES WRONG FOR ALL                   POST /control/switches with any of; GET shows them
connect: "up" | "down" | "timeout" | 429 | 500   the token endpoint; down is 503, 500 comes with HTML
erp: "up" | "down" | "timeout"            the ERP API
slowMs: n                                 every answer of both waits
invalidClient: true                       even the right secret is refused
rateLimit: {limit, windowSeconds}         ERP calls per client and tenant in a fixed window
retryAfterSeconds: n                      of a 429 that a switch caused
timeoutSeconds: n                         how long a "timeout" holds the connection before its 504
scopeShortfall: "fewer" | "refuse"        a token with fewer scopes, or invalid_scope (UNCONFIRMED which is real)
noLicenceStatus: 400 | 401 | 403 | 500    status of fault 12027 (UNCONFIRMED)
tokenLifetimeSeconds: n                   expires_in
repeatToken: true                         while a token for the same tenant and scopes lives it is answered again,
                                          with what is left of its expires_in
includeTokenId: true                      jti in the token
propagationSeconds: n                     as above, for every tenant without its own figure
webhook: {suppress, duplicate, delayMs}   of tenant_application_added

COUNTERS
GET    /control/counters                  {tokenRequests, tokensIssued, tokensRepeated, organizationReads,
                                           organizationReadsAnswered, supplierInvoiceReads, supplierInvoiceWrites,
                                           supplierInvoicesCreated, throttled,
                                           peakTokenRequestsPerSecond: most token requests within any one second,
                                           byTenant: {[tenantId]: the same but for the peak},
                                           bySecret: {[id] | other: {accepted, refused}}}
                                          a request counts for the tenant that it names, however it is answered;
                                          a secret only when it was looked at, so not while Connect is down
DELETE /control/counters                  back to nought

Beside it: POST /connect/token, GET /.well-known/openid-configuration, GET /v1/organization, /v1/supplierInvoice (GET with
pageNumber and pageSize, GET one, POST), and the App Store at /app-store.
`;
