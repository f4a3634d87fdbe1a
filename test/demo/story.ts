/** The demo, chapter by chapter. A later one goes into CHAPTERS where it belongs. */
import * as path from 'node:path';
import { Card, cvv2Arguments, getAlias, getCvv2, getKey, SeenKey } from './aws-cli';
import { watchReplication } from './replication-watch';
import { chapter, command, line, picture, say, seconds, table } from './screen';
import { PRIMARY, Stage } from './stage';
import { replicaArn } from '../../src/provider/handler/control-plane/key-arn';
import { appCommand, cdk, readOutputs } from '../e2e/engine/cdk-cli';

const STACK = 'Payments';
const ALIAS = 'alias/cvk';
const APP = path.join(__dirname, 'app.ts');

/** Of nobody: a number that card schemes keep for tests. */
const CARD: Card = { number: '4111111111111111', expiry: '0128' };

/** What one chapter leaves to the next. */
interface Plot {
  keyArn: string;
  replicas: string[];
}

interface Chapter {
  readonly title: string;
  readonly play: (stage: Stage, plot: Plot) => Promise<void>;
}

const CHAPTERS: readonly Chapter[] = [
  {
    title: 'A card verification key in us-east-1, replicated to us-west-2 (test/demo/app.ts)',
    play: async (stage, plot) => deploy(stage, plot, ['us-west-2']),
  },
  {
    title: 'The same key in both Regions',
    play: compare,
  },
  {
    title: 'The same CVV2 from both Regions',
    play: compareCvv2,
  },
  {
    title: 'An alias in every Region',
    play: showAlias,
  },
  {
    title: 'One more Region: eu-west-1',
    play: async (stage, plot) => {
      await deploy(stage, plot, ['us-west-2', 'eu-west-1']);
      await compare(stage, plot);
      line();
      await showAlias(stage, plot);
    },
  },
  {
    title: 'The end',
    play: destroy,
  },
];

export async function play(stage: Stage): Promise<void> {
  const plot: Plot = { keyArn: '', replicas: [] };
  for (const { title, play: playChapter } of CHAPTERS) {
    stage.signal.throwIfAborted();
    chapter(title);
    stage.emulator.emulator.note(title);
    await playChapter(stage, plot);
  }
}

async function deploy(stage: Stage, plot: Plot, replicas: string[]): Promise<void> {
  const outputs = path.join(stage.engine.scratch, 'outputs.json');
  const context = `replicas=${replicas.join(',')}`;
  await runCdk(stage, `cdk deploy ${STACK} -c ${context}`, [
    'deploy', STACK, '--app', appCommand(APP), '-c', context, '--output', assembly(stage), '--require-approval', 'never', '--outputs-file', outputs,
  ]);
  plot.keyArn = readOutputs(outputs, STACK).KeyArn;
  plot.replicas = replicas;
  const { ReplicationStatus = {} } = stage.emulator.emulator.snapshot(PRIMARY).keys[0].key;
  for (const region of replicas) must(ReplicationStatus[region]?.Status === 'SYNCHRONIZED', `the key is not SYNCHRONIZED in ${region}`);
  line();
  picture([[PRIMARY, `PRIMARY  ${plot.keyArn}`], ...replicas.map(region => [region, `REPLICA  ${replicaArn(plot.keyArn, region)}`] as const)]);
}

async function compare(stage: Stage, { keyArn, replicas }: Plot): Promise<void> {
  const regions = [PRIMARY, ...replicas];
  const region = replicas.at(-1)!;
  command(`aws payment-cryptography get-key --key-identifier ${replicaArn(keyArn, region)} --region ${region}`);
  const keys = (await Promise.all(regions.map(async name => getKey(stage, replicaArn(keyArn, name)))))
    .map((key, index) => must(typeof key === 'object' && key, `GetKey in ${regions[index]} says ${String(key)}`));
  const row = (name: string, value: (key: SeenKey) => string): string[] => [name, ...keys.map(value)];
  table([
    ['Region', ...regions],
    row('KeyId', key => key.KeyArn.split('/')[1]),
    row('KeyCheckValue', key => key.KeyCheckValue),
    row('KeyState', key => key.KeyState),
    row('MultiRegionKeyType', key => key.MultiRegionKeyType ?? ''),
    row('PrimaryRegion', key => key.PrimaryRegion ?? ''),
    ...replicas.map((name, index) => row(index === 0 ? 'ReplicationStatus' : '', key => statusIn(name, key))),
  ]);
  must(new Set(keys.map(key => key.KeyCheckValue)).size === 1, 'the key check values differ: this is not the same key');
  must(new Set(keys.map(key => key.KeyArn.split('/')[1])).size === 1, 'the key ids differ');
}

async function compareCvv2(stage: Stage, { keyArn, replicas }: Plot): Promise<void> {
  const arns = [PRIMARY, ...replicas].map(region => replicaArn(keyArn, region));
  command(`aws payment-cryptography-data generate-card-validation-data ${cvv2Arguments(arns.at(-1)!, CARD).join(' ')} --region ${replicas.at(-1)}`);
  const values = await Promise.all(arns.map(async arn => getCvv2(stage, arn, CARD)));
  picture(arns.map((arn, index) => [arn.split(':')[3], `CVV2 ${values[index]}`] as const));
  must(/^\d{3}$/.test(values[0]), `${PRIMARY} says ${values[0]}`);
  must(new Set(values).size === 1, 'the values differ: what one Region makes, another could not verify');
}

async function showAlias(stage: Stage, { keyArn, replicas }: Plot): Promise<void> {
  const regions = [PRIMARY, ...replicas];
  command(`aws payment-cryptography get-alias --alias-name ${ALIAS} --region ${regions.at(-1)}`);
  const arns = await Promise.all(regions.map(async region => getAlias(stage, region, ALIAS)));
  regions.forEach((region, index) => must(arns[index] === replicaArn(keyArn, region), `${ALIAS} in ${region} says ${arns[index]}`));
  picture(regions.map((region, index) => [region, `${ALIAS} -> ${arns[index]}`] as const));
}

async function destroy(stage: Stage, { keyArn, replicas }: Plot): Promise<void> {
  await runCdk(stage, `cdk destroy ${STACK}`, ['destroy', STACK, '--app', assembly(stage), '--force']);
  const key = await getKey(stage, keyArn);
  const rest = await Promise.all(replicas.map(async region => getKey(stage, replicaArn(keyArn, region))));
  must(typeof key === 'object' && key.KeyState === 'DELETE_PENDING', 'the key is not DELETE_PENDING');
  for (const region of [PRIMARY, ...replicas]) {
    must(await getAlias(stage, region, ALIAS) === 'ResourceNotFoundException', `${ALIAS} in ${region} is still there`);
  }
  rest.forEach((seen, index) => must(seen === 'ResourceNotFoundException', `the replica in ${replicas[index]} is still there`));
  const { DeletePendingTimestamp } = key as SeenKey;
  const until = new Date(DeletePendingTimestamp! * 1000).toISOString().slice(0, 10);
  line();
  picture([[PRIMARY, `DELETE_PENDING until ${until}; can be restored`], ...replicas.map(region => [region, 'no such key any more'] as const)]);
}

async function runCdk(stage: Stage, text: string, args: string[]): Promise<void> {
  command(text);
  const begin = Date.now();
  const endWatch = watchReplication(stage.emulator.emulator, PRIMARY);
  try {
    await cdk(args, { engine: stage.engine, region: PRIMARY, signal: stage.signal });
  } finally {
    endWatch();
  }
  say(`cdk finished after ${seconds(Date.now() - begin)} s`);
}

function assembly({ engine }: Stage): string {
  return path.join(engine.scratch, 'cdk.out');
}

function statusIn(region: string, key: SeenKey): string {
  const state = key.ReplicationStatus?.[region]?.Status;
  return state ? `${region} ${state}` : '';
}

function must<T>(value: T | false, otherwise: string): T {
  if (value === false) throw new Error(otherwise);
  return value;
}
