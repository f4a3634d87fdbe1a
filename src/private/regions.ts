import { Stack, Token, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyError, WARNING } from './errors';

/** Where the service is (AWS General Reference: endpoints of AWS Payment Cryptography). The list grows: what it lacks is only warned about. */
const SERVICE_REGIONS = new Set([
  'us-east-1', 'us-east-2', 'us-west-2', 'af-south-1', 'ap-south-1', 'ap-south-2', 'ap-northeast-1', 'ap-northeast-3',
  'ap-southeast-1', 'ap-southeast-2', 'ca-central-1', 'eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1',
]);

/** API: shape Region of AWS Payment Cryptography. */
const REGION = /^[a-z]{2}-[a-z]{1,16}-[0-9]+$/;

/**
 * Refuses a replication Region that can not be one.
 *
 * @param path the construct, for the error
 * @param ownRegion the key's own Region, which may be a token
 * @param earlier the Regions named so far
 */
export function checkReplicationRegion(path: string, region: string, ownRegion: string, earlier: readonly string[]): void {
  if (Token.isUnresolved(region)) { throw regionCannotBeToken(path); }
  checkRegionName(path, region);
  if (region === ownRegion) {
    throw new PaymentKeyError('OwnRegionInReplicationRegions',
      `${path}: '${region}' is the key's own Region. List only the Regions that get a replica`);
  }
  if (earlier.includes(region)) {
    throw new PaymentKeyError('DuplicateReplicationRegion', `${path}: '${region}' is listed twice. List each Region once`);
  }
}

/** Refuses what is not the name of a Region. */
export function checkRegionName(path: string, region: string): void {
  if (REGION.test(region)) { return; }
  throw new PaymentKeyError('InvalidRegion', `${path}: '${region}' is not a Region that AWS Payment Cryptography can have. Expected a name like 'us-west-2'`);
}

/** Regions decide the template: what is replicated where, and what is refused. */
export function regionCannotBeToken(path: string): PaymentKeyError {
  return new PaymentKeyError('RegionCannotBeToken',
    `${path}: a replication Region must be known when the template is made, but is a token. Write its name, for example 'us-west-2'`);
}

/** A list of Regions, of a construct in whose stack the primary is: what cannot be one is refused, what this version does not know is warned of. */
export function checkedReplicationRegions(construct: Construct, regions: string[]): string[] {
  const { path } = construct.node;
  if (Token.isUnresolved(regions)) { throw regionCannotBeToken(path); }
  regions.forEach((region, index) => checkReplicationRegion(path, region, Stack.of(construct).region, regions.slice(0, index)));
  regions.forEach(region => warnOfUnknownRegion(construct, region));
  return [...regions];
}

export function warnOfUnknownRegion(construct: Construct, region: string): void {
  if (SERVICE_REGIONS.has(region)) { return; }
  Validations.of(construct).addWarning(`${WARNING}unknownRegion-${region}`,
    `this version does not know AWS Payment Cryptography in '${region}'. If it is there, acknowledge this warning`);
}
