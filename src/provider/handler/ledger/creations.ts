/**
 * Calls that make something new each time, since they carry no client token (API: CreateKey, ImportKey): never repeated for
 * a request (L5).
 */
const CREATIONS: ReadonlySet<string> = new Set(['CreateKey', 'ImportKey']);

export function isCreation(operation: string): boolean {
  return CREATIONS.has(operation);
}
