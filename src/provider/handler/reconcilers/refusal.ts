import { Owner } from './reconciler';
import { repeatedRegions } from './replication';
import { parseKeyArn } from '../control-plane/key-arn';

interface KeyInRegions {
  readonly KeyArn: string;
  readonly Regions: readonly string[];
}

/** What is wrong with the key and the Regions of what goes with a key, or `undefined`. */
export function refuseRegions({ KeyArn, Regions }: KeyInRegions, owner: Owner): string | undefined {
  const account = accountOf(owner);
  const key = parseKeyArn(KeyArn);
  if (!key) { return `the key must be given by its ARN, but ${KeyArn} is none`; }
  if (key.account !== account) { return `${KeyArn} is not of this stack's account ${account}. Declare this in a stack of the key's account`; }
  return repeatedRegions('regions', Regions) ?? (Regions.length === 0 ? 'regions names none. List at least one Region' : undefined);
}

/** What is wrong with a key whose primary is to be in the account and Region of the stack, or `undefined`. */
export function primaryProblem(
  keyArn: string, owner: Owner, { notAnArn, instead }: { readonly notAnArn: string; readonly instead: string },
): string | undefined {
  const key = parseKeyArn(keyArn);
  const account = accountOf(owner);
  if (!key) { return notAnArn; }
  return key.account === account && key.region === owner.region ? undefined
    : `${keyArn} is not of this stack's account ${account} and Region ${owner.region}. ${instead} in the account and Region of its primary`;
}

function accountOf({ stackId }: Owner): string {
  return stackId.split(':')[4];
}
