import { InventoryLog } from './ports';

/** Takes named facts only: no events and no answers of services, so no secret gets in by accident. */
export function inventoryLog(write: (line: string) => void): InventoryLog {
  return (level, code, message, facts = {}) => write(JSON.stringify({ level, code, message, ...facts }));
}
