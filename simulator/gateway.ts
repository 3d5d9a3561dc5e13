import { createAdmission, createThrottledError } from './admission.ts';
import { type Answer, errorAnswer, jsonAnswer } from './answer.ts';
import { AttemptCounter } from './attempt-counter.ts';
import { namedCaller } from './authenticate.ts';
import type { Call } from './call.ts';
import { type Fault, type FaultRequest, isDeliveryFault, isPageFault } from './fault.ts';
import { errorOf, replaceAnswer } from './fault-answer.ts';
import { GatewayError } from './gateway-error.ts';
import type { JobModel } from './job-model.ts';
import { readListRequest } from './list-request.ts';
import { type ListingSources, readListing } from './listing.ts';
import type { Settings } from './options.ts';
import { createRandom, requestId } from './random.ts';
import { printListing } from './response-body.ts';
import { TokenBook } from './token-book.ts';
import type { Traffic } from './traffic.ts';

/** Answers a call that has arrived whole. */
export type Gateway = (call: Call) => Answer;

/** Creates the gateway: it notes the call, lets it in or refuses it, and only then looks at its parameters and the jobs. */
export function createGateway(settings: Settings, model: JobModel, traffic: Traffic, keyTraffic: Traffic): Gateway {
  const random = createRandom(settings.seed);
  const sources: ListingSources = { model, tokens: new TokenBook(settings, random), settings, random };
  const admit = createAdmission(settings);
  const findFault = createFaultFinder(settings, traffic);
  const answerListing = createListingAnswer(sources);
  return (call) => {
    const id = requestId(random);
    const { account, accessKeyId: key } = namedCaller(call, settings.accessKeys);
    const receivedAt = settings.requestClock();
    traffic.record(account, receivedAt);
    keyTraffic.record(key, receivedAt);
    try {
      const accessKeyId = admit(call, account, receivedAt);
      return answerListing(call, id, findFault(call, { accessKeyId, account, receivedAt }));
    } catch (error) {
      if (!(error instanceof GatewayError)) {
        throw error;
      }
      const kind = error.code.startsWith('Throttling') ? 'throttled' : 'refused';
      traffic.recordRefusal(account, kind);
      keyTraffic.recordRefusal(key, kind);
      return errorAnswer(id, settings.hostId, error);
    }
  };
}

function createListingAnswer(sources: ListingSources) {
  const throttled = createThrottledError(sources.settings);
  return (call: Call, id: string, fault: Fault | undefined): Answer => {
    const error = errorOf(fault, throttled);
    if (error !== undefined) {
      throw error;
    }
    const print = () => {
      const request = readListRequest(call, sources.settings);
      const listing = readListing(request, sources, isPageFault(fault) ? fault : undefined);
      const token = request.kind === 'page' ? request.token : undefined;
      sources.settings.onListing?.({ ...listing, token });
      return printListing(listing, id, sources.settings);
    };
    const delivery = isDeliveryFault(fault) ? fault : undefined;
    return replaceAnswer(fault, id, print) ?? { ...jsonAnswer(id, print()), delivery };
  };
}

function createFaultFinder({ faults }: Settings, traffic: Traffic) {
  const attempts = new AttemptCounter();
  return (call: Call, caller: Pick<FaultRequest, 'accessKeyId' | 'account' | 'receivedAt'>): Fault | undefined => {
    if (faults === undefined) {
      return undefined;
    }
    const query = operationParameters(call);
    return faults({ sequence: traffic.calls, attempt: attempts.count(query), query, ...caller });
  };
}

/** V1 puts the signature among the parameters; a fault rule should see the same whichever way a call is signed. */
const SIGNATURE_PARAMETERS =
  /^(Action|Version|Format|AccessKeyId|SecurityToken|Timestamp|Signature|SignatureMethod|SignatureNonce|SignatureVersion|SignatureType)$/;

function operationParameters(call: Call): Record<string, string> {
  return Object.fromEntries([...call.query, ...call.form].filter(([name]) => !SIGNATURE_PARAMETERS.test(name)));
}
