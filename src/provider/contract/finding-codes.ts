/**
 * The codes of what a watch finds, and what each says. They are stable: rules, alarms and queries of users match them. All but
 * the last say what the next deployment of the resource would change or refuse, or leave as it is and note.
 */
export const FINDING_CODES = {
  ALIAS_MISSING: 'a declared alias is not there in a Region; the next deployment would make it',
  ALIAS_MOVED: 'an alias belongs to another key, or to none; one of no key would be moved back, one of another key is left as it is',
  DEFAULTS_CHANGED: 'a default replication Region of the account is missing; the next deployment would enable it',
  KEY_DISABLED: 'the key is disabled, and declared enabled; the next deployment would enable it',
  KEY_ENABLED: 'the key is enabled, and declared disabled; the next deployment would disable it',
  KEY_MISSING: 'the key does not exist any more; nothing would be made in its place',
  KEY_PENDING_DELETION: 'the deletion of the key is scheduled; restore it before its window ends',
  NOT_AS_DECLARED: 'the next deployment would refuse the resource for another reason; the message tells it',
  OWNER_CHANGED: 'the tags that say whose the key is were changed or taken away',
  POLICY_CHANGED: 'the resource policy of the key is another one, or gone; the next deployment would put the declared one',
  REPLICA_FAILED: 'replication to a declared Region FAILED; the next deployment would remove the replica and add it once more if the stack added the Region',
  REPLICA_IN_PROGRESS: 'a declared Region is not SYNCHRONIZED at the moment; the next deployment would wait for it',
  REPLICA_MISSING: 'the key has no replica in a declared Region; the next deployment would add the Region',
  REPLICA_UNDECLARED: 'the key is replicated to a Region that is not declared; the next deployment would leave it, unless the stack added it',
  TAG_CHANGED: 'a declared tag has another value, or is gone; the next deployment would set it on a key of the stack',
  NOT_WATCHED: 'the resource could not be looked at, or its last deployment did not succeed; whether it is as declared is not known',
} as const;

export type FindingCode = keyof typeof FINDING_CODES;

/** Of events on the event bus. */
export const FINDING_EVENT_SOURCE = 'cdk-multi-region-payment-keys';
export const FINDING_DETAIL_TYPE = 'Payment Key Finding';
export const FINDING_RESOLVED_DETAIL_TYPE = 'Payment Key Finding Resolved';
