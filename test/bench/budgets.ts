/**
 * What this library may cost (design: budgets). Counts are a test, and are only ever lowered; speeds are the benchmark.
 * The size of the handler's bundle has its budget in test/provider/bundle.test.ts.
 */
export const COUNTS = {
  /** CloudFormation resources of a stack besides what is declared, by type. */
  fixedResources: {
    'AWS::Logs::LogGroup': 1,
    'AWS::DynamoDB::Table': 1,
    'AWS::IAM::Role': 2,
    'AWS::IAM::Policy': 1,
    'AWS::Lambda::Function': 1,
    'AWS::Lambda::EventInvokeConfig': 1,
    'AWS::Lambda::Permission': 1,
    'AWS::StepFunctions::StateMachine': 1,
    'AWS::Events::Rule': 1,
  },
  fixedResourcesInAll: 10,
  /** Besides the custom resource itself. A key that the template makes needs a policy of its own, and the first import one for all (src/provider/function-permissions.ts). */
  moreResources: { accountDefaultReplication: 0, keyReplicationOfArn: 0, keyReplicationOfToken: 1, firstImport: 1, furtherImport: 0 },
  /** Role, function, rule, permission; nothing of it in a stack without one. */
  resourcesPerWatch: 4,
  resourcesPerKey: 1,
  resourcesPerAlias: 1,
  /** What cdk-nag finds (packs AwsSolutions and PCI DSS 3.2.1) and no construct acknowledges with a reason. */
  findingsNotAcknowledged: 0,
} as const;

/** In virtual time: 100 keys in one stack, 2 replica Regions, replication of 30 s, all at the same time. */
export const HUNDRED_KEYS = {
  scenario: { keys: 100, regions: 2, replicationSeconds: 30, concurrency: Infinity },
  executedPerKey: 2.2,
  throttledPerKey: 0.3,
  /** Over the floor of two requests a key, after the replication's own time, which no deployer can shorten. */
  timeOverFloor: 1.3,
} as const;

/** The same, whatever the replication takes: a long one is looked at once more in the primary, since a replica may never tell. */
export const ANY_REPLICATION = { executedPerKey: 3.02, timeOverFloor: 1.3 } as const;

/** In virtual time, over the same floor; nobody fails, and others get through. The floor of a deletion: whose the key is, and DeleteKey. */
export const MANY_KEYS = { inOneStack: 1.4, inThreeStacks: 1.6, deleted: 1.5 } as const;

/** In virtual time: what another client at one request a second gets through in every Region, whoever deploys how much. */
export const OTHERS_SHARE = 0.95;

/** In virtual time: a request of the service or of Step Functions takes 50 ms, one of the table 10 ms, and a warm function begins after 50 ms. */
export const ONE_KEY = {
  /** From CloudFormation's call to CreateKey. */
  firstRequestSeconds: 0.25,
  /** Writes of its item and of tickets in the primary. A look at a replica takes one ticket more, there. */
  writes: 7,
  bytesPerWrite: 4096,
  /** From SYNCHRONIZED to the answer, at the median of replications that take up to 10 s. */
  answerDelaySeconds: 1,
} as const;

export const SPEEDS = {
  /** 200 keys, as a whole process, over the same number of native keys beside one plain function of aws-cdk-lib. */
  synthOverNativeBesideFunction: 1.25,
  /** The same over the Provider framework of aws-cdk-lib. */
  synthOverFramework: 1,
  /** Until the handler is loaded, over the payments client from node_modules. */
  coldLoadOverClient: 1,
  /** Of one key, at the median, in real time: npm run bench:answer-delay. */
  answerDelaySeconds: 1,
} as const;
