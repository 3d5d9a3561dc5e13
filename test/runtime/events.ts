/** The documented timer event: https://help.aliyun.com/document_detail/2513615.html */
export const functionComputeTimer = {
  triggerTime: '2023-12-26T07:49:00Z',
  triggerName: 'timer-trigger',
  payload: 'awesome-fc',
};

/** The documented HTTP event: https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function */
export const functionComputeHttp = {
  version: 'v1',
  rawPath: '/example',
  body: 'Hello FC!',
  isBase64Encoded: false,
  headers: { header1: 'value1', header2: 'value1,value2' } as Record<string, string>,
  queryParameters: { parameter1: 'value1', parameter2: 'value1,value2' } as Record<string, string>,
  requestContext: {
    accountId: '123456*********',
    domainName: 'example.cn-hangzhou.fcapp.run',
    domainPrefix: 'example',
    http: {
      method: 'POST',
      path: '/example',
      protocol: 'HTTP/1.1',
      sourceIp: '11.11.11.11',
      userAgent: 'PostmanRuntime/7.32.3',
    },
    requestId: '1-64f6cd87-000000000000',
    time: '2023-09-05T06:41:11Z',
    timeEpoch: '1693896071895',
  },
};

/** An EventBridge rule's event: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
export const eventBridgeRule = {
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2015-10-08T16:53:06Z',
  region: 'us-east-1',
  resources: ['arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule'],
  detail: {},
};

/** A function URL's event, payload 2.0: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export const lambdaHttp = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/my/path',
  rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
  cookies: ['cookie1=a', 'cookie2=b'],
  headers: { header1: 'value1', header2: 'value1,value2', host: 'id.lambda-url.us-west-2.on.aws' },
  queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'id',
    domainName: 'id.lambda-url.us-west-2.on.aws',
    domainPrefix: 'id',
    http: { method: 'POST', path: '/my/path', protocol: 'HTTP/1.1', sourceIp: '123.123.123.123', userAgent: 'agent' },
    requestId: 'id',
    routeKey: '$default',
    stage: '$default',
    time: '12/Mar/2020:19:03:58 +0000',
    timeEpoch: 1583348638390,
  },
  body: 'Hello from client!',
  isBase64Encoded: false,
};

/** As Function Compute hands it over. */
export const toBuffer = (event: unknown): Buffer => Buffer.from(JSON.stringify(event));

/** The documented event, changed: `http` goes into `requestContext.http`. */
export function httpEvent({ http = {}, ...changes }: Record<string, unknown> & { http?: object } = {}) {
  const { requestContext } = functionComputeHttp;
  return toBuffer({
    ...functionComputeHttp,
    ...changes,
    requestContext: { ...requestContext, http: { ...requestContext.http, ...http } },
  });
}
