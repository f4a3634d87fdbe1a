import { Owner } from './turn';
import { parseKeyArn } from '../key-arn';

interface KeyInRegions {
  readonly KeyArn: string;
  readonly Regions: readonly string[];
}

/** What is wrong with the key and the Regions of what goes with a key, or `undefined`. */
export function refuseRegions({ KeyArn, Regions }: KeyInRegions, owner: Owner): string | undefined {
  const account = owner.stackId.split(':')[4];
  const key = parseKeyArn(KeyArn);
  if (!key) { return `the key must be given by its ARN, but ${KeyArn} is none`; }
  if (key.account !== account) { return `${KeyArn} is not of this stack's account ${account}. Declare this in a stack of the key's account`; }
  const twice = Regions.filter((region, index) => Regions.indexOf(region) !== index);
  if (twice.length > 0) { return `regions names ${twice.join(', ')} twice. List each Region once`; }
  return Regions.length === 0 ? 'regions names none. List at least one Region' : undefined;
}
