import { Replication } from '../control-plane/port';

/** Members of the service's answers that are objects by name, as lists. */

/** API: KeyModesOfUse. */
export function modesOfUseIn(answered: any): string[] {
  return Object.entries(answered.KeyAttributes.KeyModesOfUse).filter(([, allowed]) => allowed === true).map(([mode]) => mode);
}

/** API: ReplicationStatus; absent for a key that is not replicated. */
export function replicationIn(answered: any): Replication[] {
  return Object.entries<any>(answered.ReplicationStatus ?? {})
    .map(([region, { Status, StatusMessage }]) => ({ region, status: Status, message: StatusMessage }));
}
