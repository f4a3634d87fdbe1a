import { faultKind, ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Ledger } from '../../../src/provider/handler/ledger/port';
import { LimiterTable } from '../../../src/provider/handler/quota/port';

/** What goes wrong with a request to the table, as the adapter of Amazon DynamoDB tells of it. */
export type LedgerFault =
  /** Executed, but its answer never comes. */
  | { readonly kind: 'answer lost' }
  /** Nobody hears of it, and it is executed some seconds later. */
  | { readonly kind: 'executed late'; readonly afterSeconds: number }
  /** Refused with an error of this name, nothing executed. */
  | { readonly kind: 'refused'; readonly error: 'ThrottlingException' | 'InternalServerError' | 'AccessDeniedException' | 'ResourceNotFoundException' };

export interface PlannedFault {
  readonly fault: LedgerFault;
  /** Default: any request. */
  readonly operation?: keyof Ledger | keyof LimiterTable;
  /** How many fitting requests are let pass. Default: none. */
  readonly skip?: number;
  /** How often. Default: once; `Infinity` for good. */
  readonly times?: number;
  /** Until when, in milliseconds since 1970, however often. Default: for ever. */
  readonly until?: number;
}

/** The caller's clock. */
export interface Time {
  readonly now: () => number;
  readonly after: (seconds: number, act: () => Promise<unknown>) => void;
}

/** A table whose requests meet the planned faults, each the first that fits. */
export function faultyLedger(table: Ledger & LimiterTable, time: Time, planned: readonly PlannedFault[]): Ledger & LimiterTable {
  const left = planned.map(({ skip = 0, times = 1, ...rest }) => ({ ...rest, skip, times }));

  const strike = (operation: PlannedFault['operation']): LedgerFault | undefined => {
    const fits = (one: PlannedFault) => (one.operation ?? operation) === operation && (one.until ?? Infinity) > time.now();
    for (const one of left.filter(candidate => fits(candidate) && candidate.times > 0)) {
      if (one.skip > 0) {
        one.skip -= 1;
      } else {
        one.times -= 1;
        return one.fault;
      }
    }
    return undefined;
  };

  const request = <K extends keyof (Ledger & LimiterTable)>(operation: K) => async (...args: any[]): Promise<any> => {
    const execute = () => (table[operation] as (...given: any[]) => Promise<unknown>).apply(table, args);
    const fault = strike(operation);
    switch (fault?.kind) {
      case undefined: return execute();
      case 'answer lost':
        await execute();
        throw faultNamed('TimeoutError', operation);
      case 'executed late':
        time.after(fault.afterSeconds, execute);
        throw faultNamed('TimeoutError', operation);
      case 'refused': throw faultNamed(fault.error, operation);
    }
  };

  return {
    read: request('read'),
    write: request('write'),
    readProperties: request('readProperties'),
    writeProperties: request('writeProperties'),
    draw: request('draw'),
    readLimiter: request('readLimiter'),
    anchor: request('anchor'),
  };
}

function faultNamed(name: string, operation: string): ServiceFault {
  return new ServiceFault(faultKind({ name }), 'dynamodb', operation, 'us-east-1', name, 'as planned');
}
