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
];
