import { invalid, ServiceError } from '../errors';
import { Context } from '../service';

/** Replication Regions as a request names them, checked one by one; each one once. */
export function checkedRegions(context: Context, regions: readonly string[]): string[] {
  const { switches } = context.service.options;
  const unique = [...new Set(regions)];
  if (unique.length < regions.length && switches.repeatedReplicationRegion === 'ValidationException') {
    throw invalid('ReplicationRegions must not name a Region twice.');
  }
  return unique.filter(region => isReplicationRegion(context, region));
}

/** As above, for a request whose purpose is the list. */
export function checkedRegionsOfChange(context: Context, regions: readonly string[]): string[] {
  if (regions.length === 0 && context.service.options.switches.emptyReplicationRegions === 'ValidationException') {
    throw invalid('ReplicationRegions must name at least one Region.');
  }
  return checkedRegions(context, regions);
}

function isReplicationRegion(context: Context, region: string): boolean {
  const { switches, regions, regionsNotEnabled } = context.service.options;
  if (region === context.region) {
    if (switches.ownReplicationRegion === 'ignored') return false;
    throw new ServiceError(switches.ownReplicationRegion, `${region} is the Region of the primary and cannot be a replication Region.`);
  }
  if (!regions.includes(region) && switches.unsupportedReplicationRegion !== 'FAILED') {
    throw new ServiceError(switches.unsupportedReplicationRegion, `${region} is not a supported replication Region.`);
  }
  if (regionsNotEnabled.includes(region) && switches.regionNotEnabled !== 'FAILED') {
    throw new ServiceError(switches.regionNotEnabled, `${region} is not enabled for this account.`);
  }
  return true;
}
