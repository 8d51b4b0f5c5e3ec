import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { everyFiveMinutes } from './alarms.ts';
import type { Foundation } from './foundation.ts';
import type { ServiceFunction } from './service-function.ts';

export interface InboundApiProps {
  readonly receiveTicketDelivery: ServiceFunction;
  readonly receiveVismaDelivery: ServiceFunction;
  readonly receiveZohoDelivery: ServiceFunction;
  readonly runOperatorCommand: ServiceFunction;
  readonly connectPage: ServiceFunction;
}

const operatorPath = '/operator/commands';

/** Who and what for how long; never a body, a header or a query string, nor a path: a connect link is a credential. */
const accessLog = JSON.stringify({
  requestId: '$context.requestId',
  at: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  caller: '$context.identity.userArn',
  route: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
});

/** The HTTP interface: signed webhooks, the customers' page, and commands for callers whom IAM knows. */
export class InboundApi extends Construct {
  readonly url: string;
  /** The operators' route, for the policy that lets them call it. */
  readonly operatorRouteArn: string;

  constructor(scope: Construct, id: string, foundation: Foundation, props: InboundApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', { createDefaultStage: false });
    this.url = api.apiEndpoint;
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      // An onboarding has a handful of requests; what is beyond this is a mistake or an attack.
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', {
            retention: foundation.config.logRetentionDays,
            removalPolicy: RemovalPolicy.RETAIN,
          }),
        ),
        format: AccessLogFormat.custom(accessLog),
      },
    });
    const route = (name: string, path: string, handler: ServiceFunction, method = HttpMethod.POST) =>
      new HttpRoute(this, name, {
        httpApi: api,
        routeKey: HttpRouteKey.with(path, method),
        integration: new HttpLambdaIntegration(`${name}Integration`, handler.function),
        ...(path === operatorPath ? { authorizer: new HttpIamAuthorizer() } : {}),
      });
    // Zoho tries an address by GET and HEAD too; the function answers what it does not take.
    const zohoPath = '/webhooks/tickets/zoho-desk/{segment}';
    for (const webhook of [
      route('GenericTickets', '/webhooks/tickets/generic', props.receiveTicketDelivery),
      route('Visma', '/webhooks/visma', props.receiveVismaDelivery),
      route('ZohoDesk', zohoPath, props.receiveZohoDelivery, HttpMethod.ANY),
    ]) {
      Validations.of(webhook).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'A webhook: its signature, or its token and secret path, is the authorisation, and the function verifies it first.',
      });
    }
    for (const page of [
      // What Spend Cloud links to: it offers to mail a link.
      route('ConnectStart', '/connect', props.connectPage, HttpMethod.GET),
      route('ConnectPage', '/connect/{link}', props.connectPage, HttpMethod.GET),
      route('ConnectAssets', '/connect/assets/{file}', props.connectPage, HttpMethod.GET),
      route('ConnectState', '/connect/{link}/state', props.connectPage, HttpMethod.GET),
      route('ConnectForms', '/connect/{link}/{action}', props.connectPage),
    ]) {
      Validations.of(page).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Customers have no account: the signed link in the path is the authorisation, verified before anything is read.',
      });
    }
    route('OperatorCommands', operatorPath, props.runOperatorCommand);
    this.operatorRouteArn = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: api.apiId,
      resourceName: `${stage.stageName}/POST${operatorPath}`,
    });
    foundation.alarms.add(this, 'ServerErrors', {
      metric: api.metricServerError(everyFiveMinutes),
      threshold: 1,
      impact: 'A webhook or an operator got an error from us; senders retry for a while, then it is lost.',
      runbook: 'server-errors',
    });
  }
}
