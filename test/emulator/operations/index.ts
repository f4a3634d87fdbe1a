import { aliasOperations } from './aliases';
import { certificateOperations } from './certificates';
import { createKeyOperations } from './create-key';
import { defaultReplicationOperations } from './default-replication';
import { exchangeParameterOperations } from './exchange-parameters';
import { exportKeyOperations } from './export-key';
import { importKeyOperations } from './import-key';
import { keyOperations } from './keys';
import { multiPartyApprovalOperations } from './multi-party-approval';
import { Operations } from './operation';
import { replicationOperations } from './replication';
import { resourcePolicyOperations } from './resource-policies';
import { tagOperations } from './tags';

/** The operations of the control plane. */
export const operations: Operations = {
  ...createKeyOperations,
  ...keyOperations,
  ...replicationOperations,
  ...defaultReplicationOperations,
  ...aliasOperations,
  ...tagOperations,
  ...resourcePolicyOperations,
  ...importKeyOperations,
  ...exportKeyOperations,
  ...exchangeParameterOperations,
  ...certificateOperations,
  ...multiPartyApprovalOperations,
};
