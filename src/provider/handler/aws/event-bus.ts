import { ClientConfig } from './client-config';
import { successful } from './json-protocol';
import { jsonRequests, JsonService } from './json-requests';
import { FINDING_DETAIL_TYPE, FINDING_EVENT_SOURCE, FINDING_RESOLVED_DETAIL_TYPE } from '../../contract/finding-codes';
import { ServiceFault } from '../control-plane/fault';
import { FindingEvent } from '../watch/ports';

/** Amazon EventBridge: one operation, PutEvents. */
const EVENTS: JsonService = { name: 'events', target: 'AWSEvents', version: '1.1', endpointVariable: 'AWS_ENDPOINT_URL_EVENTBRIDGE' };

/** API: PutEvents, `Entries`. */
const MOST_ENTRIES = 10;

const DETAIL_TYPES: Readonly<Record<FindingEvent['kind'], string>> = { found: FINDING_DETAIL_TYPE, resolved: FINDING_RESOLVED_DETAIL_TYPE };

/** Publishes all events, or throws: then some may be on the bus. */
export function eventBus(config: ClientConfig, region: string, busName: string): (events: readonly FindingEvent[]) => Promise<void> {
  const request = jsonRequests(config, region, EVENTS);
  return async events => {
    for (let first = 0; first < events.length; first += MOST_ENTRIES) {
      const entries = events.slice(first, first + MOST_ENTRIES).map(({ kind, time, resources, detail }) => ({
        EventBusName: busName,
        Source: FINDING_EVENT_SOURCE,
        DetailType: DETAIL_TYPES[kind],
        Time: time.getTime() / 1000,
        Resources: resources,
        Detail: JSON.stringify(detail),
      }));
      const { FailedEntryCount: failed = 0, Entries: answers = [] } = await request('PutEvents', { Entries: entries }, successful);
      if (failed > 0) {
        const { ErrorCode, ErrorMessage } = answers.find((answer: any) => answer.ErrorCode) ?? {};
        throw new ServiceFault('unknownOutcome', 'events', 'PutEvents', region, ErrorCode ?? 'FailedEntryCount', ErrorMessage ?? `${failed} entries were not taken`);
      }
    }
  };
}
