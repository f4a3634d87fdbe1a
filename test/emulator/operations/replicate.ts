import { ServiceError } from '../errors';
import { KeyRecord } from '../key-record';
import { beginReplication } from '../replication';
import { ReplicationOutcome } from '../replication-outcome';
import { Context } from '../service';

/** Regions in which the caller may not create keys: the service calls CreateKey there on the caller's behalf. */
export function deniedRegions(context: Context, regions: readonly string[], input: unknown): string[] {
  const { faults, options } = context.service;
  const denied = regions.filter(region =>
    faults.strike({ operation: 'CreateKey', region, accessKeyId: context.accessKeyId, input, forwarded: true }).length > 0,
  );
  if (denied.length > 0 && options.switches.createKeyDeniedInReplicaRegion === 'AccessDeniedException') {
    throw new ServiceError('AccessDeniedException', `payment-cryptography:CreateKey is not permitted in ${denied.join(', ')}.`);
  }
  return denied;
}

/** Starts replication to Regions that have been checked. */
export function replicate(context: Context, record: KeyRecord, regions: readonly string[], denied: readonly string[]): void {
  for (const region of regions) {
    beginReplication(context.service, record, region, context.now, hindrance(context, region, denied));
  }
}

function hindrance({ service }: Context, region: string, denied: readonly string[]): ReplicationOutcome | undefined {
  const { regions, regionsNotEnabled } = service.options;
  const reasons: Array<[boolean, string]> = [
    [denied.includes(region), `payment-cryptography:CreateKey is not permitted in ${region}.`],
    [!regions.includes(region), `${region} is not a supported Region.`],
    [regionsNotEnabled.includes(region), `${region} is not enabled for this account.`],
  ];
  const reason = reasons.find(([applies]) => applies);
  return reason && { kind: 'fails', message: reason[1] };
}
