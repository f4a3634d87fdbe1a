/** The way of a key from this library to the native type and back: what is done, and what must be so after each step. */
import {
  DeleteAliasCommand, DeleteKeyCommand, GetAliasCommand, GetKeyCommand, ListTagsForResourceCommand, PaymentCryptographyClient, UntagResourceCommand,
} from '@aws-sdk/client-payment-cryptography';
import { ALIAS, Declaration, KEY_ARN, KeyOnItsWay, NATIVE_KEY } from './exit-paths-stack';
import {
  LOGICAL_ID_TAG, OWNERSHIP_TAG_PREFIX, REPLACES_TAG, REQUEST_ID_TAG, STACK_ID_TAG,
} from '../../src/provider/contract/ownership-tags';
import { replicaArn } from '../../src/provider/handler/control-plane/key-arn';

const OWNERSHIP_TAGS = [STACK_ID_TAG, LOGICAL_ID_TAG, REQUEST_ID_TAG, REPLACES_TAG];

/** API: DeleteKey. The shortest. */
const DELETION_WINDOW = 3;

export interface Place {
  readonly region: string;
  readonly replicationRegions: string[];
  /** Deploys the stack and returns its outputs. */
  deploy(declaration: Declaration, way: KeyOnItsWay): Promise<Readonly<Record<string, string>>>;
  /** `cdk import`, of the resource with this logical id. */
  import(declaration: Declaration, way: KeyOnItsWay, identifiers: Record<string, Record<string, string>>): Promise<void>;
  /** Fails if the stack is not what was deployed, or what is declared now is not what is deployed. */
  checkUnchanged(declaration: Declaration, way: KeyOnItsWay): Promise<void>;
  destroy(): Promise<void>;
  client(region: string): PaymentCryptographyClient;
  say(text: string): void;
}

interface Way extends KeyOnItsWay {
  readonly place: Place;
  keyArn?: string;
}

interface Step {
  readonly title: string;
  readonly take: (way: Way) => Promise<void>;
  /** The local engine knows no payment keys. */
  readonly native?: boolean;
}

const STEPS: readonly Step[] = [
  {
    title: 'A key of this library is deployed',
    take: async way => {
      way.keyArn = (await way.place.deploy('ours', way))[KEY_ARN];
      way.place.say(way.keyArn);
      await checkKey(way, { ours: true });
    },
  },
  {
    title: 'It is taken out of the stack, and stays, with its replicas and its alias',
    take: async way => {
      await way.place.deploy('none', way);
      await checkKey(way, { ours: true });
    },
  },
  {
    title: 'cdk import makes it a native key of the stack',
    native: true,
    take: async way => way.place.import('native', way, { [NATIVE_KEY]: { KeyIdentifier: way.keyArn! } }),
  },
  {
    title: 'The tags of this library are taken away',
    take: async way => {
      await way.place.client(way.place.region).send(new UntagResourceCommand({ ResourceArn: way.keyArn!, TagKeys: OWNERSHIP_TAGS }));
      await checkKey(way, { ours: false });
    },
  },
  {
    title: 'The native key is what it is declared to be: cdk diff and cdk drift find nothing',
    native: true,
    take: async way => way.place.checkUnchanged('native', way),
  },
  {
    title: 'The native key is taken out of the stack, and stays',
    native: true,
    take: async way => {
      await way.place.deploy('none', way);
      await checkKey(way, { ours: false });
    },
  },
  {
    title: 'The stack adopts it, with its alias',
    take: async way => {
      must((await way.place.deploy('adopted', way))[KEY_ARN] === way.keyArn, 'the adopted key is another one');
      await checkKey(way, { ours: true });
    },
  },
  {
    title: 'The stack is destroyed, and the key stays',
    take: async way => {
      await way.place.destroy();
      await checkKey(way, { ours: true });
    },
  },
];

export interface Choice {
  /** Without them, the key is on nobody's hands between its leaving and its adoption. */
  readonly withoutNative?: boolean;
}

/** Whatever happens on the way, nothing is left behind but a key whose deletion is scheduled. Returns its ARN. */
export async function walk(place: Place, { withoutNative = false }: Choice = {}): Promise<string | undefined> {
  const way: Way = { place, replicationRegions: place.replicationRegions };
  try {
    for (const { title, take } of STEPS.filter(({ native }) => !(native && withoutNative))) {
      place.say(title);
      await take(way);
    }
  } catch (error) {
    // Should the removal fail as well, this is not lost.
    place.say(`failed: ${(error as Error).message}`);
    throw error;
  } finally {
    place.say('What was made is removed');
    await remove(way);
  }
  return way.keyArn;
}

/** In each of its Regions it is usable and bears its alias, and its tags say whether a stack of this library has it. */
async function checkKey({ place, keyArn, replicationRegions }: Way, { ours }: { ours: boolean }): Promise<void> {
  for (const region of [place.region, ...replicationRegions]) {
    const client = place.client(region);
    const arn = replicaArn(keyArn!, region);
    const { Key } = await client.send(new GetKeyCommand({ KeyIdentifier: arn }));
    must(Key?.KeyState === 'CREATE_COMPLETE' && Key.Enabled === true, `${arn} is ${Key?.KeyState}`);
    const aliased = await aliasIn(place, region);
    must(aliased === arn, `${ALIAS} in ${region} belongs to ${aliased ?? 'no key'}`);
    const { Tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
    must(Tags.some(({ Key: name }) => name === 'purpose'), `${arn} has lost its tag`);
    const owned = Tags.some(({ Key: name }) => name!.startsWith(OWNERSHIP_TAG_PREFIX));
    must(region !== place.region || owned === ours, `${arn} has ${owned ? '' : 'no '}tags of this library`);
  }
}

async function remove({ place, keyArn, replicationRegions }: Way): Promise<void> {
  await place.destroy();
  if (keyArn === undefined) { return; }
  for (const region of [place.region, ...replicationRegions]) {
    // Only what belongs to the key of this way; it may have ended before there was one.
    if (await aliasIn(place, region) !== replicaArn(keyArn, region)) { continue; }
    await place.client(region).send(new DeleteAliasCommand({ AliasName: ALIAS }));
  }
  await place.client(place.region).send(new DeleteKeyCommand({ KeyIdentifier: keyArn, DeleteKeyInDays: DELETION_WINDOW }));
  place.say(`${keyArn} is deleted in ${DELETION_WINDOW} days`);
}

/** The key that bears the alias; nothing if there is none. */
async function aliasIn(place: Place, region: string): Promise<string | undefined> {
  try {
    return (await place.client(region).send(new GetAliasCommand({ AliasName: ALIAS }))).Alias?.KeyArn;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') { return undefined; }
    throw error;
  }
}

function must(condition: boolean, otherwise: string): void {
  if (!condition) { throw new Error(otherwise); }
}
