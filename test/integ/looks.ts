/** What the tests on an account look for. */
import { Match } from '@aws-cdk/integ-tests-alpha';
import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Arn, Fn, Stack } from 'aws-cdk-lib/core';
import { Look } from './account-test';

/** `undefined` is the Region of the stacks. */
export type Regions = ReadonlyArray<string | undefined>;

/** What the tag `purpose` says. */
export const PURPOSE = 'integration test';

/** The ARN under which a Region has the key. */
function arnIn(key: IKeyRef, region: string | undefined): string {
  const keyArn = key.keyRef.keyIdentifier;
  if (region === undefined) { return keyArn; }
  return Arn.format({ service: 'payment-cryptography', region, resource: 'key', resourceName: Fn.select(1, Fn.split('/', keyArn)) }, Stack.of(key));
}

export function isComplete(key: IKeyRef, regions: Regions): Look[] {
  return regions.map(region => {
    const KeyArn = arnIn(key, region);
    const Key = Match.objectLike({ KeyArn, KeyState: 'CREATE_COMPLETE', Enabled: true });
    return { region, operation: 'GetKey', input: { KeyIdentifier: KeyArn }, answer: { Key } };
  });
}

export function hasAlias(key: IKeyRef, AliasName: string, regions: Regions): Look[] {
  return regions.map(region => {
    const Alias = Match.objectLike({ AliasName, KeyArn: arnIn(key, region) });
    return { region, operation: 'GetAlias', input: { AliasName }, answer: { Alias } };
  });
}

/** Complete, with its alias and the tag `purpose`. */
export function isUsable(key: IKeyRef, aliasName: string, regions: Regions): Look[] {
  return [...isComplete(key, regions), ...hasAlias(key, aliasName, regions), ...hasPurpose(key, regions)];
}

function hasPurpose(key: IKeyRef, regions: Regions): Look[] {
  return regions.map(region => {
    const Tags = Match.arrayWith([{ Key: 'purpose', Value: PURPOSE }]);
    return { region, operation: 'ListTagsForResource', input: { ResourceArn: arnIn(key, region) }, answer: { Tags } };
  });
}

/** The replica and its alias. Removals are eventually consistent. */
export function isGone(key: IKeyRef, AliasName: string, region: string): Look[] {
  const gone = { answer: { refused: 'ResourceNotFoundException' }, eventually: true };
  return [
    { region, operation: 'GetKey', input: { KeyIdentifier: arnIn(key, region) }, ...gone },
    { region, operation: 'GetAlias', input: { AliasName }, ...gone },
  ];
}
