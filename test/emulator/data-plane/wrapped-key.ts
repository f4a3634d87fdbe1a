/** Keys that come with a request, wrapped: used once and never stored. */
import { invalid } from '../errors';
import { Context } from '../service';
import { Requirement, usableKey, UsableKey } from './usable-key';

/** As a request carries it. */
export interface WrappedKey {
  readonly WrappedKeyMaterial: object;
}

/** The key that an identifier names; with a wrapped key, the key inside it, which the named one unwraps. */
export function keyFor(context: Context, identifier: string, wrapped: WrappedKey | undefined, requirement: Requirement): UsableKey {
  if (wrapped !== undefined) throw invalid('WrappedKey is not emulated yet.');
  return usableKey(context, identifier, requirement);
}
