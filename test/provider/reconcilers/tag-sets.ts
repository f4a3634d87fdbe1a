import { Attached, foreignKey, inRegion } from './attached';
import { OTHER_STACK_ID, Turns } from './turns';
import { STACK_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { TagsProperties, tagsProperties } from '../../../src/provider/contract/regional-tags';
import { RegionalCheckpoint } from '../../../src/provider/handler/reconcilers/regional';
import { tagsReconciler, TagsStep } from '../../../src/provider/handler/reconcilers/regional-tags';
import { EmulatorOptions } from '../../emulator';

export const BOTH = ['us-east-1', 'us-west-2'];
export const TAGS = { team: 'cards', cost: '42' };

/** A key of somebody else with replicas in us-west-2 and eu-west-1, and tags that are to be declared on it. */
export class TagsScene {
  static async start(options: EmulatorOptions = {}): Promise<TagsScene> {
    const turns = await Turns.start(options);
    return new TagsScene(turns, await foreignKey(turns, ['us-west-2', 'eu-west-1']));
  }

  readonly tags: Attached<TagsProperties, RegionalCheckpoint<TagsStep>>;
  readonly declared: TagsProperties;

  private constructor(readonly turns: Turns, readonly keyArn: string) {
    this.tags = new Attached(turns, tagsReconciler);
    this.declared = this.declare(TAGS);
    turns.takeRequests();
  }

  /** As the handler reads the declaration. */
  declare(tags: Record<string, string>, regions = BOTH, keyArn = this.keyArn): TagsProperties {
    return tagsProperties.decode({ KeyArn: keyArn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })), Regions: regions }, '');
  }

  async newKey(): Promise<string> {
    const arn = await foreignKey(this.turns, ['us-west-2', 'eu-west-1']);
    this.turns.takeRequests();
    return arn;
  }

  async byOthers(region: string, tags: Record<string, string>): Promise<void> {
    await this.turns.byHand('TagResource', {
      ResourceArn: inRegion(this.keyArn, region), Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }, region);
    this.turns.takeRequests();
  }

  /** Another stack of this library takes the key over. */
  adoptedByOthers(): Promise<void> {
    return this.byOthers('us-east-1', { [STACK_ID_TAG]: OTHER_STACK_ID });
  }

  /** The tags of the key, by Region, where it has any. */
  there(keyArn = this.keyArn): Record<string, Record<string, string>> {
    return Object.fromEntries([...BOTH, 'eu-west-1']
      .map(region => [region, { ...this.turns.keys(region).find(({ key }) => key.KeyArn === inRegion(keyArn, region))?.tags }] as const)
      .filter(([, tags]) => Object.keys(tags).length > 0));
  }

  async created(declared = this.declared): Promise<string> {
    const ended = await this.tags.create(declared);
    if (ended.kind !== 'done') { throw new Error(ended.reason); }
    this.turns.takeRequests();
    return ended.physicalId!;
  }
}
