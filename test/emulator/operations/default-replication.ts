import { invalid, notFound } from '../errors';
import { Context } from '../service';
import { Operations } from './operation';
import { checkedRegionsOfChange } from './replication-regions';

interface DefaultRegionsInput {
  readonly ReplicationRegions: readonly string[];
}

const enabled = ({ service, region }: Context): object => ({ EnabledReplicationRegions: service.defaultRegionsIn(region) });

function enable(context: Context, { ReplicationRegions }: DefaultRegionsInput): object {
  const { service, region } = context;
  const added = checkedRegionsOfChange(context, ReplicationRegions);
  service.setDefaultRegionsIn(region, [...new Set([...service.defaultRegionsIn(region), ...added])]);
  return enabled(context);
}

function disable(context: Context, { ReplicationRegions }: DefaultRegionsInput): object {
  const { service, region } = context;
  const before = service.defaultRegionsIn(region);
  const taken = checkedRegionsOfChange(context, ReplicationRegions);
  checkPresence(context, taken.filter(candidate => !before.includes(candidate)));
  service.setDefaultRegionsIn(region, before.filter(candidate => !taken.includes(candidate)));
  return enabled(context);
}

function checkPresence({ service }: Context, absent: readonly string[]): void {
  const { disableAbsentDefaultRegion } = service.options.switches;
  if (absent.length === 0 || disableAbsentDefaultRegion === 'unchanged') return;
  throw disableAbsentDefaultRegion === 'ResourceNotFoundException'
    ? notFound(absent[0])
    : invalid(`${absent.join(', ')} is not a default replication Region.`);
}

export const defaultReplicationOperations: Operations = {
  EnableDefaultKeyReplicationRegions: enable,
  DisableDefaultKeyReplicationRegions: disable,
  GetDefaultKeyReplicationRegions: enabled,
};
