import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listenLocally } from './gateway.ts';
import {
  type ApiRequest,
  type ApiResponse,
  apiEvent,
  apiResponse,
  gatewayMessage,
  type IamCaller,
} from './http-api-event.ts';
import { apiSchema, integrationSchema, routeSchema, stageSchema } from './http-api-properties.ts';
import { findRoute, parseRouteKey, type RoutePattern } from './http-api-routes.ts';
import { flatHeaders, readBody } from './http-body.ts';
import type { Credentials } from './iam.ts';
import { readProperties } from './properties.ts';
import type { Cloud, Identity, InvocationResult, Principal, Resource } from './service.ts';
import { AwsError, UnsupportedTemplate } from './service.ts';
import { verifySignature } from './sigv4.ts';

interface Route extends RoutePattern {
  readonly integrationId: string;
  readonly iam: boolean;
}

interface Integration {
  readonly functionArn: string;
  readonly timeoutMs: number;
}

interface Api {
  readonly id: string;
  readonly server: Server;
  readonly url: string;
  readonly routes: Route[];
  readonly integrations: Map<string, Integration>;
  deployed: boolean;
}

/** Quota "Payload size" of HTTP APIs. */
const bodyLimit = 10 * 1024 * 1024;

/** `AWS::ApiGatewayV2::*`: one HTTP server per API, on 127.0.0.1. */
export class HttpApis {
  static readonly types = [
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::Stage',
    'AWS::ApiGatewayV2::Integration',
    'AWS::ApiGatewayV2::Route',
  ] as const;

  readonly #cloud: Cloud;
  readonly #credentials: (accessKeyId: string) => Credentials | undefined;
  readonly #port: number;
  readonly #apis = new Map<string, Api>();

  /** The first API gets `port` (0: any free one), further ones any free port. */
  constructor(cloud: Cloud, credentials: (accessKeyId: string) => Credentials | undefined, port: number) {
    this.#cloud = cloud;
    this.#credentials = credentials;
    this.#port = port;
  }

  /** Base URLs in the order of creation. */
  get urls(): readonly string[] {
    return [...this.#apis.values()].map((api) => api.url);
  }

  async create(resource: Resource): Promise<Identity> {
    switch (resource.type) {
      case 'AWS::ApiGatewayV2::Api':
        return this.#createApi(resource);
      case 'AWS::ApiGatewayV2::Stage': {
        const stage = readProperties(resource, stageSchema);
        this.#api(stage.ApiId, resource).deployed = true;
        return { ref: stage.StageName, attributes: {} };
      }
      case 'AWS::ApiGatewayV2::Integration': {
        const integration = readProperties(resource, integrationSchema);
        const api = this.#api(integration.ApiId, resource);
        api.integrations.set(resource.logicalId, {
          functionArn: integration.IntegrationUri,
          timeoutMs: integration.TimeoutInMillis,
        });
        return { ref: resource.logicalId, attributes: {} };
      }
      case 'AWS::ApiGatewayV2::Route':
        return this.#createRoute(resource);
      default:
        throw new UnsupportedTemplate(resource.path, `${resource.type} is not supported`);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#apis.values()].map((api) => closeServer(api.server)));
  }

  async #createApi(resource: Resource): Promise<Identity> {
    readProperties(resource, apiSchema);
    // As short as the real ones, and the same at every start: it is part of ARNs.
    const id = createHash('sha256').update(resource.path).digest('hex').slice(0, 10);
    const server = createServer((request, response) => {
      void this.#serve(id, request, response);
    });
    const url = await listenLocally(server, this.#apis.size === 0 ? this.#port : 0);
    this.#apis.set(id, { id, server, url, routes: [], integrations: new Map(), deployed: false });
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: url } };
  }

  #createRoute(resource: Resource): Identity {
    const properties = readProperties(resource, routeSchema);
    const api = this.#api(properties.ApiId, resource);
    const pattern = parseRouteKey(properties.RouteKey);
    const where = `${resource.path}/Properties`;
    if (pattern === undefined)
      throw new UnsupportedTemplate(`${where}/RouteKey`, `not a route: ${properties.RouteKey}`);
    const integrationId = properties.Target.slice('integrations/'.length);
    if (!api.integrations.has(integrationId)) {
      throw new UnsupportedTemplate(`${where}/Target`, `there is no integration ${integrationId}`);
    }
    api.routes.push({ ...pattern, integrationId, iam: properties.AuthorizationType === 'AWS_IAM' });
    return { ref: resource.logicalId, attributes: { RouteId: resource.logicalId } };
  }

  #api(id: string, resource: Resource): Api {
    const api = this.#apis.get(id);
    if (api === undefined) throw new UnsupportedTemplate(resource.path, `there is no API ${id}`);
    return api;
  }

  async #serve(apiId: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const api = this.#apis.get(apiId);
    let answer: ApiResponse;
    try {
      const body = await readBody(incoming, bodyLimit);
      const request = body === 'too-large' ? undefined : toRequest(incoming, body);
      if (api === undefined || !api.deployed) answer = gatewayMessage(404, 'Not Found');
      else if (body === 'too-large') answer = gatewayMessage(413, 'Request Entity Too Large');
      else if (request === undefined) answer = gatewayMessage(400, 'Bad Request');
      else answer = await this.#answer(api, request);
    } catch (error) {
      this.#cloud.log(
        'api',
        `${incoming.method} ${incoming.url} failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
      answer = gatewayMessage(500, 'Internal Server Error');
    }
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
    outgoing.end(incoming.method === 'HEAD' ? undefined : answer.body);
  }

  async #answer(api: Api, request: ApiRequest): Promise<ApiResponse> {
    const found = findRoute(api.routes, request.method, request.path);
    const integration = api.integrations.get(found?.route.integrationId ?? '');
    if (found === undefined || integration === undefined) return gatewayMessage(404, 'Not Found');
    let caller: IamCaller | undefined;
    if (found.route.iam) {
      caller = this.#authenticate(api, request);
      if (caller === undefined) return gatewayMessage(403, 'Forbidden');
    }
    const requestId = randomUUID();
    const { key: routeKey } = found.route;
    const { pathParameters } = found;
    const accountId = this.#cloud.accountId;
    const event = apiEvent(request, {
      accountId,
      apiId: api.id,
      requestId,
      routeKey,
      pathParameters,
      caller,
    });
    const answer = await this.#invoke(api, routeKey, integration, event);
    return { ...answer, headers: { ...answer.headers, 'apigw-requestid': requestId } };
  }

  /** The caller, when the signature is good and its policies allow `execute-api:Invoke` on this request. */
  #authenticate(api: Api, request: ApiRequest): IamCaller | undefined {
    const resource = `arn:aws:execute-api:${this.#cloud.region}:${this.#cloud.accountId}:${api.id}/$default/${request.method}${request.path}`;
    try {
      const { credentials, service } = verifySignature(
        request,
        this.#cloud.region,
        this.#credentials,
        request.at,
      );
      if (service !== 'execute-api') return undefined;
      this.#cloud.authorize(credentials.principal, [{ action: 'execute-api:Invoke', resource }]);
      const { arn } = credentials.principal;
      const callerId = `AIDA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;
      return { accessKey: credentials.accessKeyId, accountId: this.#cloud.accountId, callerId, userArn: arn };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#cloud.log('api', `${request.method} ${request.path} is forbidden: ${error.message}`);
      return undefined;
    }
  }

  async #invoke(
    api: Api,
    routeKey: string,
    integration: Integration,
    event: Record<string, unknown>,
  ): Promise<ApiResponse> {
    const route = routeKey === '$default' ? '$default' : routeKey.replace(' /', '/');
    const by: Principal = {
      arn: 'apigateway.amazonaws.com',
      kind: 'service',
      sourceArn: `arn:aws:execute-api:${this.#cloud.region}:${this.#cloud.accountId}:${api.id}/$default/${route}`,
    };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), integration.timeoutMs);
    });
    let result: InvocationResult | 'late';
    try {
      result = await Promise.race([this.#cloud.invokeFunction(integration.functionArn, event, by), late]);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#cloud.log('api', `${routeKey}: ${error.message}`);
      if (error.code === 'RequestTooLargeException') return gatewayMessage(413, 'Request Entity Too Large');
      if (error.code === 'TooManyRequestsException') return gatewayMessage(503, 'Service Unavailable');
      return gatewayMessage(500, 'Internal Server Error');
    } finally {
      clearTimeout(timer);
    }
    if (result === 'late') return gatewayMessage(503, 'Service Unavailable');
    if (!result.ok) {
      this.#cloud.log('api', `${routeKey}: ${result.errorType}: ${result.errorMessage}`);
      return gatewayMessage(500, 'Internal Server Error');
    }
    return apiResponse(result.payload) ?? gatewayMessage(500, 'Internal Server Error');
  }
}

/** Undefined when the path is not valid percent-encoding. */
function toRequest(incoming: IncomingMessage, body: Buffer): ApiRequest | undefined {
  const target = incoming.url ?? '/';
  const question = target.indexOf('?');
  try {
    return {
      method: incoming.method ?? 'GET',
      target,
      path: decodeURIComponent(question < 0 ? target : target.slice(0, question)),
      headers: flatHeaders(incoming),
      body,
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
      at: new Date(),
    };
  } catch {
    return undefined;
  }
}
