/** Users may not set tags that begin with this: they say whose a key is. */
export const OWNERSHIP_TAG_PREFIX = 'cdk-multi-region-payment-keys:';

/** The stack that made the key. IAM conditions of the provider compare it. */
export const STACK_ID_TAG = `${OWNERSHIP_TAG_PREFIX}stack-id`;
/** The resource of that stack. */
export const LOGICAL_ID_TAG = `${OWNERSHIP_TAG_PREFIX}logical-id`;
/** The CloudFormation request that made the key: what was made in vain is found, and deleted, by it. */
export const REQUEST_ID_TAG = `${OWNERSHIP_TAG_PREFIX}request-id`;
/** The ARN of the key that this one replaces, for people. */
export const REPLACES_TAG = `${OWNERSHIP_TAG_PREFIX}replaces`;

/** Of an imported key: which material, as a digest of what refers to it. Another material is another key. */
export const MATERIAL_TAG = `${OWNERSHIP_TAG_PREFIX}material`;

/** How many of a key's tags are ours at most. */
export const OWNERSHIP_TAG_COUNT = 5;
/** User tags on one key, ours among them (User Guide: tagging keys). */
export const MOST_TAGS = 50;
