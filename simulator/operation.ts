import { type Call, parameter, requiredHeader, requiredParameter } from './call.ts';
import { GatewayError } from './gateway-error.ts';

const ACTION = 'QuerySnapshotJobList';
const VERSION = '2014-06-18';

/**
 * Checks that a call asks for the one operation there is; V3 calls name it in headers, V1 calls in parameters.
 * Throws GatewayError UnsupportedHTTPMethod, RequestEntityTooLarge, MissingParameter, InvalidAction.NotFound, NoSuchVersion, or InvalidParameter for
 * a V1 call without Format=JSON: MPS answers that in XML, which the double does not speak.
 */
export function checkOperation(call: Call): void {
  if (call.method !== 'POST' && call.method !== 'GET') {
    throw new GatewayError('UnsupportedHTTPMethod');
  }
  if (call.isTooLong) {
    throw new GatewayError('RequestEntityTooLarge');
  }
  const inHeaders = call.headers.has('x-acs-action') || parameter(call, 'Action') === undefined;
  if (!inHeaders && parameter(call, 'Format')?.toUpperCase() !== 'JSON') {
    throw new GatewayError('InvalidParameter', { message: 'This double answers JSON only: send Format=JSON.' });
  }
  const action = inHeaders ? requiredHeader(call, 'x-acs-action') : requiredParameter(call, 'Action');
  const version = inHeaders ? requiredHeader(call, 'x-acs-version') : requiredParameter(call, 'Version');
  if (version !== VERSION) {
    throw new GatewayError('NoSuchVersion');
  }
  if (action !== ACTION || call.path !== '/') {
    throw new GatewayError('InvalidAction.NotFound');
  }
}
