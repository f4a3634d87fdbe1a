/**
 * The codes of log lines of an inventory, `{ "level": …, "code": …, "message": … }`, and what each says. They are stable: metric
 * filters and alarms of users match them.
 */
export const INVENTORY_LOG_CODES = {
  INVENTORY_COMPLETED: 'an inventory is complete; the line has how many keys it holds, how many nobody declares, and where its files are',
  INVENTORY_FAILED: 'an inventory failed; the message says why, and there is no summary of it',
  RETAINED_KEYS_WITHOUT_STACK: 'keys that a stack made exist although no stack declares them any more, and are billed; the message names them',
} as const;

export type InventoryLogCode = keyof typeof INVENTORY_LOG_CODES;
