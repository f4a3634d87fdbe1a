/** How replication to a Region ends. Delays are seconds and default to the emulator's replication delay. */
export type ReplicationOutcome =
  | { readonly kind: 'synchronizes'; readonly delay?: number }
  | { readonly kind: 'fails'; readonly delay?: number; readonly message?: string }
  | { readonly kind: 'stays in progress' }
  | { readonly kind: 'fails and recovers'; readonly delay?: number; readonly message?: string; readonly recoversAfter: number };

export interface ReplicationStep {
  /** Seconds after the beginning. */
  readonly after: number;
  readonly status: 'SYNCHRONIZED' | 'FAILED';
  readonly message?: string;
}

const DEFAULT_MESSAGE = 'The key could not be replicated to this Region.';

export function replicationSteps(outcome: ReplicationOutcome, defaultDelay: number): ReplicationStep[] {
  if (outcome.kind === 'stays in progress') return [];
  const after = outcome.delay ?? defaultDelay;
  if (outcome.kind === 'synchronizes') return [{ after, status: 'SYNCHRONIZED' }];
  const failure: ReplicationStep = { after, status: 'FAILED', message: outcome.message ?? DEFAULT_MESSAGE };
  return outcome.kind === 'fails' ? [failure] : [failure, { after: after + outcome.recoversAfter, status: 'SYNCHRONIZED' }];
}
