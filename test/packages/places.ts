import * as path from 'node:path';

export const ROOT = path.resolve(__dirname, '..', '..');
/** The bundled functions: of the provider, of a watch and of an inventory. */
export const HANDLERS = ['provider/handler/index', 'provider/handler/watch', 'inventory/handler/index'].map(entry => `lib/assets/${entry}/index.js`);
export const CONSUMERS = path.join(ROOT, 'test', 'consumers');
/** Programs and what package managers downloaded, kept from one run to the next. */
export const TOOLS = path.join(ROOT, '.tools');

export function projectProgram(name: string): string {
  return path.join(ROOT, 'node_modules', '.bin', name);
}
