import { Aws, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyError } from '../private/errors';
import { checkRegionName, warnOfUnknownRegion } from '../private/regions';

/** The Regions that an inventory reads. They stand in policies, so that only the own one may be a token. */
export function inventoryRegions(construct: Construct, given: string[] | undefined): readonly string[] {
  const { path } = construct.node;
  const own = Stack.of(construct).region;
  if (Token.isUnresolved(given)) { throw cannotBeToken(path); }
  const regions = (given ?? [own]).map(region => region === Aws.REGION ? own : region);
  if (regions.length === 0) { throw new PaymentKeyError('NoRegions', `${path}: regions names none. List at least one Region, or leave it out`); }
  for (const [index, region] of regions.entries()) {
    if (region === own && Token.isUnresolved(own)) { continue; }
    if (Token.isUnresolved(region)) { throw cannotBeToken(path); }
    checkRegionName(path, region);
    if (regions.indexOf(region) < index) { throw new PaymentKeyError('DuplicateRegion', `${path}: '${region}' is listed twice. List each Region once`); }
    warnOfUnknownRegion(construct, region);
  }
  return regions;
}

function cannotBeToken(path: string): PaymentKeyError {
  return new PaymentKeyError('RegionCannotBeToken', `${path}: a Region of an inventory must be known when the template is made, but is a token. Write its name, for example 'us-west-2'`);
}
