import { Stack, Token, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyError, WARNING } from './errors';
import { isRegionName } from './key-arn';

/**
 * Where the service is (AWS General Reference: endpoints of AWS Payment Cryptography), and the name of the place. The list grows: what
 * it lacks is only warned about.
 */
export const SERVICE_REGIONS: ReadonlyMap<string, string> = new Map([
  ['us-east-1', 'N. Virginia'], ['us-east-2', 'Ohio'], ['us-west-2', 'Oregon'], ['af-south-1', 'Cape Town'],
  ['ap-south-1', 'Mumbai'], ['ap-south-2', 'Hyderabad'], ['ap-northeast-1', 'Tokyo'], ['ap-northeast-3', 'Osaka'],
  ['ap-southeast-1', 'Singapore'], ['ap-southeast-2', 'Sydney'], ['ca-central-1', 'Canada, Central'], ['eu-central-1', 'Frankfurt'],
  ['eu-west-1', 'Ireland'], ['eu-west-2', 'London'], ['eu-west-3', 'Paris'], ['sa-east-1', 'Sao Paulo'],
]);

/** A name with more letters wrong may be anything. */
const MOST_EDITS = 2;

/** API: shape Region of AWS Payment Cryptography. */
const REGION = /^[a-z]{2}-[a-z]{1,16}-[0-9]+$/;

/**
 * Refuses a replication Region that can not be one.
 *
 * @param path the construct, for the error
 * @param ownRegion the key's own Region, which may be a token
 * @param earlier the Regions named so far
 * @param whose the owner of that Region, for the error
 */
export function checkReplicationRegion(path: string, region: string, ownRegion: string, earlier: readonly string[], whose = "the key's"): void {
  if (Token.isUnresolved(region)) { throw regionCannotBeToken(path); }
  checkRegionName(path, region);
  checkListed(path, region, ownRegion, earlier, whose);
}

/** Refuses a replication Region of a key that something else made, which can be in any partition. */
export function checkRegionOfReplica(path: string, region: string, ownRegion: string, earlier: readonly string[]): void {
  if (Token.isUnresolved(region)) { return; }
  checkRegionOfAnyPartition(path, region);
  checkListed(path, region, ownRegion, earlier, "the key's");
}

function checkListed(path: string, region: string, ownRegion: string, earlier: readonly string[], whose: string): void {
  if (region === ownRegion) {
    throw new PaymentKeyError('OwnRegionInReplicationRegions',
      `${path}: '${region}' is ${whose} own Region. List only the Regions that get a replica`);
  }
  if (earlier.includes(region)) {
    throw new PaymentKeyError('DuplicateReplicationRegion', `${path}: '${region}' is listed twice. List each Region once`);
  }
}

/** Refuses what is not the name of a Region. */
export function checkRegionName(path: string, region: string): void {
  if (REGION.test(region)) { return; }
  throw new PaymentKeyError('InvalidRegion', `${path}: '${region}' is not a Region that AWS Payment Cryptography can have. ${known(region)}`);
}

/** Refuses what is not the name of a Region in any partition. Of keys that others made more cannot be said. */
export function checkRegionOfAnyPartition(path: string, region: string): void {
  if (isRegionName(region)) { return; }
  throw new PaymentKeyError('InvalidRegion', `${path}: '${region}' is not the name of a Region. ${known(region)}`);
}

/** Regions decide the template: what is replicated where, and what is refused. */
export function regionCannotBeToken(path: string): PaymentKeyError {
  return new PaymentKeyError('RegionCannotBeToken',
    `${path}: a replication Region must be known when the template is made, but is a token. Write its name, for example 'us-west-2'`);
}

/** A list of Regions, of a construct in whose stack the primary is: what cannot be one is refused, what this version does not know is warned of. */
export function checkedReplicationRegions(construct: Construct, regions: string[], whose?: string): string[] {
  const { path } = construct.node;
  if (Token.isUnresolved(regions)) { throw regionCannotBeToken(path); }
  regions.forEach((region, index) => checkReplicationRegion(path, region, Stack.of(construct).region, regions.slice(0, index), whose));
  regions.forEach(region => warnOfUnknownRegion(construct, region));
  return [...regions];
}

export function warnOfUnknownRegion(construct: Construct, region: string): void {
  if (SERVICE_REGIONS.has(region) || Token.isUnresolved(region)) { return; }
  Validations.of(construct).addWarning(`${WARNING}unknownRegion-${region}`,
    `this version does not know AWS Payment Cryptography in '${region}'. ${known(region)}. If the service is in '${region}' by now, acknowledge this warning`);
}

/** The Regions there are, and the one that was perhaps meant. */
function known(region: string): string {
  const nearest = [...SERVICE_REGIONS.keys()]
    .map(name => ({ name, edits: editsBetween(region.toLowerCase(), name) }))
    .sort((a, b) => a.edits - b.edits);
  const place = region.toLowerCase().replace(/[^a-z]/g, '');
  const [named] = [...SERVICE_REGIONS].find(([, its]) => place.length > 3 && its.toLowerCase().replace(/[^a-z]/g, '').includes(place)) ?? [];
  const meant = named ?? (nearest[0].edits <= MOST_EDITS ? nearest[0].name : undefined);
  return `${meant === undefined ? '' : `Did you mean '${meant}'? `}This version knows ${[...SERVICE_REGIONS.keys()].join(', ')}`;
}

/** Letters that are to be put in, left out, changed or swapped with the next, to make one of the other (optimal string alignment). */
function editsBetween(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= other.length; column += 1) {
      const changed = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      rows[row].push(Math.min(
        rows[row - 1][column] + 1, rows[row][column - 1] + 1, rows[row - 1][column - 1] + changed,
        ...swapped ? [rows[row - 2][column - 2] + 1] : [],
      ));
    }
  }
  return rows[one.length][other.length];
}
