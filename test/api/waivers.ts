/** A finding that stays, and why. */
export interface Waiver {
  readonly rule: string;
  readonly scopes: readonly string[];
  readonly reason: string;
}

/** Of the rules for the AWS Construct Library's own constructs, those that do not suit these. */
export const WAIVERS: readonly Waiver[] = [
  {
    rule: 'construct-ctor',
    scopes: ['PaymentKeyProvider.<initializer>.params[0]', 'PaymentKeyProvider.<initializer>.params[1]'],
    reason: 'there is one in a stack, found by its id: a scope and an id to choose would allow more, and logical ids that change',
  },
  {
    rule: 'resource-interface',
    scopes: ['MultiRegionPaymentKey', 'AdoptedPaymentKey'],
    reason: 'their interface is IPaymentKey, which imported keys and replicas share: there is no use that only one kind has',
  },
  {
    rule: 'resource-interface',
    scopes: ['RegionalAlias', 'RegionalTags', 'KeyReplication', 'AccountDefaultReplication'],
    reason: 'nothing accepts one of them, and none can be imported. An alias can be referred to by the IAliasRef of aws-cdk-lib',
  },
  {
    rule: 'props-physical-name',
    scopes: ['MultiRegionPaymentKeyProps', 'AdoptedPaymentKeyProps'],
    reason: 'the service chooses the id of a key. Names are aliases',
  },
  {
    rule: 'props-physical-name',
    scopes: ['RegionalTagsProps', 'KeyReplicationProps', 'AccountDefaultReplicationProps'],
    reason: 'they change what has no name of its own: the tags or the Regions of a key, a setting of the account',
  },
  {
    rule: 'no-grants',
    scopes: ['SharedPaymentKey.grantUse'],
    reason: 'it is no construct but the grants themselves, of a key of another account',
  },
  {
    rule: 'prefer-ref-interface',
    scopes: ['PaymentKeyShareOptions.role', 'PaymentKeyShareProps.role'],
    reason: 'the role gets permissions, which a reference cannot take',
  },
  {
    rule: 'prefer-ref-interface',
    scopes: ['PaymentKeyProviderProps.logGroup', 'PaymentKeyProviderProps.securityGroups', 'PaymentKeyProviderProps.vpc', 'PaymentKeyProviderProps.role', 'PaymentKeyProviderProps.stateMachineRole'],
    reason: 'the Function and the StateMachine of aws-cdk-lib take no narrower ones, and metric filters are made of the log group of the provider',
  },
  {
    rule: 'prefer-ref-interface',
    scopes: ['PaymentKeyProviderProps.encryptionKey', 'PaymentKeyProviderProps.deadLetterQueue'],
    reason: 'their policies get statements, which no narrower interface takes',
  },
  {
    rule: 'prefer-ref-interface',
    scopes: ['PaymentKeyEndpointsProps.securityGroups', 'PaymentKeyEndpointsProps.vpc'],
    reason: 'the endpoints of aws-cdk-lib take no narrower ones',
  },
  {
    rule: 'ref-via-interface',
    scopes: ['IPaymentKey.bind.handler'],
    reason: 'only a Function that the app declares has an environment to write into; an imported one, a version or an alias has none',
  },
  {
    rule: 'integ-return-type',
    scopes: ['IPaymentKey.bind'],
    reason: 'the rule is about integrations that a resource calls back. Here the user calls, and reads what came of it',
  },
  {
    rule: 'prefer-ref-interface',
    scopes: ['PaymentKeyInventoryProps.bucket', 'PaymentKeyInventoryProps.logGroup'],
    reason: 'only an IBucket knows the KMS key that encrypts it, which has to allow the function; the Function of aws-cdk-lib takes an ILogGroup',
  },
  {
    rule: 'events-generic',
    scopes: ['PaymentKeyInventory'],
    reason: 'an inventory is complete or it failed: nothing else happens to it that a rule could be for',
  },
  {
    rule: 'events-generic',
    scopes: ['PaymentKeyWatch'],
    reason: 'its events are findings, each of which begins and ends: there is no third one for which a generic method would be',
  },
  {
    rule: 'prefer-ref-interface',
    scopes: ['PaymentKeyWatchProps.eventBus'],
    reason: 'a Rule of aws-cdk-lib takes an IEventBus, by whose environment a bus of another account or Region is told',
  },
];
