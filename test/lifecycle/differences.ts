import { declaredCheckValue } from './custodians';
import { DEFAULT_REGION } from './declarations';
import { KeyNow, Sent } from './notebook';

/** How a key differs from what was declared, at the moment when its request was answered. */
export function differences(sent: Sent, replicasTakeTags: boolean, addedByUs: (keyArn: string) => readonly string[]): string[] {
  const { atAnswer: now, answer } = sent;
  if (!now) { return [`its physical id ${answer!.PhysicalResourceId} is no key`]; }
  const expectations: Array<[string, boolean]> = [
    ['the key is not usable', now.key.KeyState === 'CREATE_COMPLETE'],
    ...traits(sent, now),
    ...regions(sent, now, addedByUs(now.key.KeyArn)),
    ['the resource policy differs', hasPolicy(sent, now)],
    ['tags of the primary differ', tagged(sent, now.tags)],
    ['tags of replicas differ', !replicasTakeTags || !sent.declaration.declared.WaitForReplication
      || (sent.declaration.declared.ReplicationRegions ?? []).every((region: string) => tagged(sent, now.replicas[region]?.tags ?? {}, region))],
    ['attributes differ', JSON.stringify(answer!.Data) === JSON.stringify({
      KeyArn: now.key.KeyArn,
      KeyId: now.key.KeyArn.split('/')[1],
      KeyCheckValue: now.key.KeyCheckValue,
      KeyCheckValueAlgorithm: now.key.KeyCheckValueAlgorithm,
      KeyOrigin: now.key.KeyOrigin,
    })],
  ];
  return expectations.filter(([, met]) => !met).map(([what]) => what);
}

function traits({ declaration: { declared } }: Sent, { key }: KeyNow): Array<[string, boolean]> {
  const { KeyAlgorithm, KeyUsage, KeyModesOfUse } = key.KeyAttributes;
  const modes = Object.entries(KeyModesOfUse).filter(([, allowed]) => allowed).map(([mode]) => mode);
  return [
    ['Enabled differs', key.Enabled === declared.Enabled],
    ['Exportable differs', key.Exportable === declared.Exportable],
    ['KeyAlgorithm differs', KeyAlgorithm === declared.KeyAlgorithm],
    ['KeyUsage differs', KeyUsage === declared.KeyUsage],
    ['KeyModesOfUse differ', [...modes].sort().join() === [...declared.KeyModesOfUse].sort().join()],
    ['KeyOrigin differs', key.KeyOrigin === (declared.Material ? 'EXTERNAL' : 'AWS_PAYMENT_CRYPTOGRAPHY')],
    // A declaration without the algorithm leaves the key the one that it has (key/traits.ts).
    ['it is not the key of the block that is declared',
      !declared.Material || key.KeyCheckValue === declaredCheckValue({ ...declared, KeyCheckValueAlgorithm: key.KeyCheckValueAlgorithm })],
    ['ExpectedKeyCheckValue differs', (declared.ExpectedKeyCheckValue ?? key.KeyCheckValue) === key.KeyCheckValue],
    ['KeyCheckValueAlgorithm differs', (declared.KeyCheckValueAlgorithm ?? key.KeyCheckValueAlgorithm) === key.KeyCheckValueAlgorithm],
  ];
}

/** A Region that was there before it was declared is not ours to remove. */
function regions(sent: Sent, { key }: KeyNow, ours: readonly string[]): Array<[string, boolean]> {
  const { declaration: { declared }, previous, answer, event } = sent;
  const gone = (region: string) => [undefined, 'DELETE_IN_PROGRESS'].includes(key.ReplicationStatus?.[region]?.Status);
  const dropped = (previous?.declared.ReplicationRegions ?? [])
    .filter((region: string) => declared.ReplicationRegions?.includes(region) === false && ours.includes(region) && !sent.fromHalfway);
  // Not of a key to which a rollback returned: a Region may be on it that the ledger has forgotten, and that stays (L11).
  const isNew = answer!.PhysicalResourceId !== event.PhysicalResourceId && key.CreateTimestamp! * 1000 >= sent.sentAt;
  const madeForNowhere = declared.ReplicationRegions?.length === 0 && isNew;
  return [
    [`${dropped} are still replicated to`, dropped.every(gone)],
    ['the account\'s defaults came through', !madeForNowhere || gone(DEFAULT_REGION)],
  ];
}

function hasPolicy({ declaration: { declared }, previous, answer, event, fromHalfway }: Sent, { policy }: KeyNow): boolean {
  if (declared.ResourcePolicy !== undefined) { return policy === declared.ResourcePolicy; }
  const ours = previous?.declared.ResourcePolicy !== undefined && answer!.PhysicalResourceId === event.PhysicalResourceId && !fromHalfway;
  return !ours || policy !== previous.declared.ResourcePolicy;
}

/**
 * Tags of others may stand beside ours. So may ours of an earlier time: on a key that an update went back to, on a
 * replica that was not declared, or not waited for, for a while. Nobody knows whose they are then.
 */
function tagged(sent: Sent, actual: Readonly<Record<string, string>>, replica?: string): boolean {
  const { declaration: { declared }, previous, answer, event, fromHalfway } = sent;
  const known = answer!.PhysicalResourceId === event.PhysicalResourceId && !fromHalfway
    && (replica === undefined || (previous?.declared.WaitForReplication && previous.declared.ReplicationRegions?.includes(replica)));
  const dropped = known ? Object.keys(previous?.declared.Tags ?? {}).filter(name => !(name in declared.Tags)) : [];
  return Object.entries(declared.Tags).every(([name, value]) => actual[name] === value) && !dropped.some(name => name in actual);
}
