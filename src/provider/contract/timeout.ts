import { integer, withDefault } from './codec';

/** CloudFormation ends a custom resource after an hour; five minutes of it are kept to roll back and to answer. */
export const REPLICATION_TIMEOUT = { least: 1, most: 55, standard: 30 };

/** Minutes that a resource may wait for replicas, and for the service's quota. */
export const replicationTimeout = withDefault(integer(REPLICATION_TIMEOUT.least, REPLICATION_TIMEOUT.most), REPLICATION_TIMEOUT.standard);
