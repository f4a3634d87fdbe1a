import { Attached, foreignKey, inRegion } from './attached';
import { Turns } from './turns';
import { AliasProperties } from '../../../src/provider/contract/regional-alias';
import { RegionalCheckpoint } from '../../../src/provider/handler/reconcilers/regional';
import { aliasReconciler, AliasStep } from '../../../src/provider/handler/reconcilers/regional-alias';
import { EmulatorOptions } from '../../emulator';

export const BOTH = ['us-east-1', 'us-west-2'];
export const ALIAS = 'alias/cvk';

/** A key with replicas in us-west-2 and eu-west-1, and an alias that is to be declared on it. */
export class AliasScene {
  static async start(options: EmulatorOptions = {}): Promise<AliasScene> {
    const turns = await Turns.start(options);
    return new AliasScene(turns, await foreignKey(turns, ['us-west-2', 'eu-west-1']));
  }

  readonly alias: Attached<AliasProperties, RegionalCheckpoint<AliasStep>>;
  readonly declared: AliasProperties;

  private constructor(readonly turns: Turns, readonly keyArn: string) {
    this.alias = new Attached(turns, aliasReconciler);
    this.declared = { AliasName: ALIAS, KeyArn: keyArn, Regions: BOTH, ReplicationTimeoutInMinutes: 30 };
    turns.takeRequests();
  }

  /** Another key of somebody else. */
  async newKey(): Promise<string> {
    const arn = await foreignKey(this.turns, ['us-west-2', 'eu-west-1']);
    this.turns.takeRequests();
    return arn;
  }

  /** Somebody else makes the alias; without a key, it belongs to none. */
  async byOthers(operation: 'CreateAlias' | 'UpdateAlias' | 'DeleteAlias', region: string, keyArn?: string, name = ALIAS): Promise<void> {
    await this.turns.byHand(operation, { AliasName: name, ...keyArn ? { KeyArn: inRegion(keyArn, region) } : {} }, region);
    this.turns.takeRequests();
  }

  /** The ids of the keys that the alias belongs to, by Region; `none` where it belongs to no key. */
  where(name = ALIAS): Record<string, string> {
    return Object.fromEntries(['us-east-1', 'us-west-2', 'eu-west-1']
      .map(region => [region, this.turns.emulator.snapshot(region).aliases] as const)
      .filter(([, aliases]) => name in aliases)
      .map(([region, aliases]) => [region, aliases[name] ?? 'none']));
  }

  on(keyArn: string, ...regions: string[]): Record<string, string> {
    return Object.fromEntries(regions.map(region => [region, keyArn.split('/')[1]]));
  }
}
