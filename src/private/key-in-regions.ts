import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Aws, Duration, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyError } from './errors';
import { isOwnKey, RemovalOptions } from './own-key';
import { checkRegionOfAnyPartition, regionCannotBeToken, warnOfUnknownRegion } from './regions';
import { replicationTimeoutInMinutes } from './whole-duration';

/** What is declared of something that goes with a key in some Regions. */
interface Declared {
  readonly key: IKeyRef;
  readonly regions?: string[];
  readonly replicationTimeout?: Duration;
}

/** What such a resource says of its key. */
export interface KeyInRegions {
  readonly KeyArn: string;
  /** More may come until the template is made. */
  readonly regions: () => string[];
  readonly minutes: number;
}

/** Checks the declaration of something that goes with a key in some Regions; without a list, in those of the key. */
export function keyInRegions(scope: Construct, { key, regions: named, replicationTimeout }: Declared): KeyInRegions {
  const regions = named && checkedRegions(scope, key, named);
  return {
    KeyArn: isOwnKey(key) ? key.keyArn : key.keyRef.keyIdentifier,
    regions: () => regions ?? regionsOf(key) ?? [Stack.of(scope).region],
    minutes: replicationTimeoutInMinutes(scope.node.path, replicationTimeout),
  };
}

/** What becomes of a key that this library manages; it may still change. */
export function removalOf(key: IKeyRef): (() => RemovalOptions) | undefined {
  return isOwnKey(key) ? key._removal() : undefined;
}

/** Where the key is, as far as the app knows. */
export function regionsOf(key: IKeyRef): string[] | undefined {
  if (isOwnKey(key)) { return key._regions()?.slice(); }
  if (!CfnKey.isCfnKey(key)) { return undefined; }
  const replicas = Token.isUnresolved(key.replicationRegions) ? [] : key.replicationRegions ?? [];
  return [key.env.region, ...replicas.filter(region => !Token.isUnresolved(region))];
}

/**
 * Regions of a key that something in a stack names, checked. Those of which it is certain that the key is not there are refused when
 * the template is made.
 *
 * @param scope what names them
 * @param path the same, for errors
 */
export function checkedRegions(scope: Construct, key: IKeyRef, named: string[], path = scope.node.path): string[] {
  if (Token.isUnresolved(named)) { throw regionCannotBeToken(path); }
  // One Region has one name, so that it is not taken for two.
  const regions = named.map(region => region === Aws.REGION ? Stack.of(scope).region : region);
  if (regions.length === 0) { throw new PaymentKeyError('NoRegions', `${path}: regions names none. List at least one Region, or leave it out`); }
  for (const [index, region] of regions.entries()) {
    checkRegion(path, region, [Aws.REGION, Stack.of(scope).region, key.env.region]);
    if (regions.indexOf(region) < index) { throw new PaymentKeyError('DuplicateRegion', `${path}: '${region}' is listed twice. List each Region once`); }
    if (!Token.isUnresolved(region)) { warnOfUnknownRegion(scope, region); }
  }
  // Replication Regions may be added after this.
  scope.node.addValidation({ validate: () => notDeclared(path, key, regions) });
  return regions;
}

/** The own Region may be a token; any other decides the template. */
function checkRegion(path: string, region: string, own: readonly string[]): void {
  if (!Token.isUnresolved(region)) { return checkRegionOfAnyPartition(path, region); }
  if (!own.includes(region)) { throw regionCannotBeToken(path); }
}

function notDeclared(path: string, key: IKeyRef, regions: readonly string[]): string[] {
  const known = isOwnKey(key) ? key._regions() : undefined;
  // A token may be any Region.
  const certain = known?.every(region => !Token.isUnresolved(region)) ? known : undefined;
  return regions.filter(region => certain && !Token.isUnresolved(region) && !certain.includes(region)).map(region =>
    `ReplicaNotDeclared: ${path}: the key has no replica in '${region}'. It is in ${certain!.join(', ')}. Add the Region to its replicationRegions, or leave it out here`);
}
