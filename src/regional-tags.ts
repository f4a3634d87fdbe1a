import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Duration, RemovalPolicy, Resource, Stack, TagManager } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, IConstruct } from 'constructs';
import { PaymentKeyError } from './private/errors';
import { DURATION, expect, Expectations, KEY, oneOf, optional, placed, RECORD, TEXTS } from './private/expected';
import { declarerOf } from './private/foreign-key';
import { keyInRegions } from './private/key-in-regions';
import { isManagedKey } from './private/own-key';
import { stackTags, tagErrors } from './private/tags';
import { REGIONAL_TAGS, tagsProperties } from './provider/contract/regional-tags';
import { PaymentKeyProvider } from './provider/payment-key-provider';
import { ProviderResource } from './provider/provider-resource';

/**
 * What tags in several Regions are declared with.
 */
export interface RegionalTagsProps {
  /**
   * The key: an imported one, a native `CfnKey`, or one of this library, whose own tags are better set with `Tags.of(key)`.
   *
   * The primary of a key that another stack declares or adopted with this library gets its tags from that stack alone:
   * the deployment fails. Its replicas can be named in `regions`.
   */
  readonly key: IKeyRef;

  /**
   * The tags, keys and values. A tag that the key has with another value is not overwritten: the deployment fails and
   * names it. One that the key has with this very value when the resource is created is accepted, and later neither changed
   * nor removed; what an update adds must not be there.
   *
   * API: TagResource, `Tags`.
   */
  readonly tags: { [key: string]: string };

  /**
   * The Regions where the key gets the tags. The deployment waits for the replica in each. A Region taken off the list
   * loses those tags that still have this resource's value. Names must be known when the template is made, except that
   * of the own Region.
   *
   * @default - of a key of this library whose Regions are known, all of them, also those that are added later; of a native
   * `CfnKey`, its own Region and its `replicationRegions`; of any other key, the Region of the stack
   */
  readonly regions?: string[];

  /**
   * What becomes of the tags when they are taken out of the stack. With `DESTROY` those are removed that still have this
   * resource's value and were not there before it.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long the deployment waits for replicas, and for the service's quota, in whole minutes from 1 to 55.
   *
   * @default Duration.minutes(30)
   */
  readonly replicationTimeout?: Duration;
}

const PROPS: Expectations<keyof RegionalTagsProps> = {
  key: KEY,
  tags: RECORD,
  regions: optional(TEXTS),
  removalPolicy: optional(oneOf('RemovalPolicy', RemovalPolicy)),
  replicationTimeout: optional(DURATION),
};

/**
 * Tags on a key in several Regions, from one stack: tags do not replicate. It is one resource, however many Regions and
 * tags; tags that others set stay as they are.
 *
 * Under a new construct id, or in another stack, it is another resource: the tags of the first one are there already when
 * the second one comes, so the second one does not own them, and with `DESTROY` they go with the first. Deploy the first one
 * with `RETAIN` before it is moved.
 *
 * @resource AWS::CloudFormation::CustomResource
 */
@propertyInjectable
export class RegionalTags extends Resource {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.RegionalTags';

  /**
   * Declares tags.
   *
   * Throws:
   *
   * - `NoTags` when there are none
   * - `RegionCannotBeToken` when a Region is not known when the template is made
   * - `InvalidRegion` when a Region is not the name of one
   * - `DuplicateRegion` when a Region is listed twice
   * - `NoRegions` when the list of Regions is empty
   * - `InvalidReplicationTimeout` when the replication timeout is not 1 to 55 whole minutes
   * - `RemovalPolicyNotSupported` when the removal policy is SNAPSHOT
   * - `KeyBehindAliasNotKnown` when the key was imported by an alias
   * - `TagNotAllowed` when a tag is one that the service or this library refuses
   * - `TooManyTags` when there are more than a key can have
   * - `TagDeclaredTwice` when the template is made, and what declares the key sets one of the tags in one of the Regions as well
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   *
   * @param scope where they are declared
   * @param id their id in that scope
   * @param props what they are declared with
   */
  constructor(scope: Construct, id: string, props: RegionalTagsProps) {
    super(placed(new.target.name, scope, id), id);
    expect(this.node.path, 'props', props, PROPS);
    const { key, removalPolicy = RemovalPolicy.DESTROY } = props;
    const tags = { ...props.tags };
    if (Object.keys(tags).length === 0) { throw new PaymentKeyError('NoTags', `${this.node.path}: tags names none. Declare at least one tag`); }
    const { KeyArn, regions, minutes } = keyInRegions(this, props);
    this.node.addValidation({ validate: () => [...tagErrors(this.node.path, tags), ...declaredTwice(this.node.path, key, tags, regions())] });
    regions().forEach(region => PaymentKeyProvider.of(this)._reach(region));
    new ProviderResource(this, {
      type: REGIONAL_TAGS,
      properties: tagsProperties,
      declared: { KeyArn, Tags: tags, Regions: regions, ReplicationTimeoutInMinutes: minutes },
      timeoutInMinutes: minutes,
      removalPolicy,
    });
  }
}

/**
 * Tags that the key's own resource sets as well. With another value the two would overwrite each other. With the same one, the
 * key's is there first, so that an update that adds it to both would be refused; and where the key gives it up, it is gone.
 */
function declaredTwice(path: string, key: IKeyRef, tags: Readonly<Record<string, string>>, regions: readonly string[]): string[] {
  const declarer = declarerOf(key);
  const managed = isManagedKey(declarer);
  // A native key tags its primary only.
  const isTagged = managed || regions.includes((CfnKey.isCfnKey(declarer) ? declarer : key).env.region);
  const own = new Map(Object.entries(isTagged ? tagsOf(declarer) : {}));
  const instead = managed ? '' : ', or list only the Regions of its replicas here';
  return Object.entries(tags).filter(([name]) => own.has(name)).map(([name, value]) =>
    `TagDeclaredTwice: ${path}: tag '${name}' is '${value}' here, and '${own.get(name)}' on ${declarer.node.path} itself. Declare it in one place${instead}`);
}

/** What CloudFormation, or the provider, puts on a key that the app declares. */
function tagsOf(declarer: IConstruct): Record<string, string> {
  if (isManagedKey(declarer)) { return declarer._tags(); }
  return TagManager.isTaggableV2(declarer) ? { ...stackTags(Stack.of(declarer)), ...declarer.cdkTagManager.tagValues() } : {};
}
