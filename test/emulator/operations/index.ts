import { aliasOperations } from './aliases';
import { createKeyOperations } from './create-key';
import { defaultReplicationOperations } from './default-replication';
import { keyOperations } from './keys';
import { Operations } from './operation';
import { replicationOperations } from './replication';
import { resourcePolicyOperations } from './resource-policies';
import { tagOperations } from './tags';

/** The operations of the control plane that the emulator has. */
export const operations: Operations = {
  ...createKeyOperations,
  ...keyOperations,
  ...replicationOperations,
  ...defaultReplicationOperations,
  ...aliasOperations,
  ...tagOperations,
  ...resourcePolicyOperations,
};
