import { isIP } from 'node:net';
import { HttpRequest } from './http-request';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Top-level domains that no public name can have. */
const PRIVATE_DOMAINS = ['localhost', 'internal', 'local', 'test'];

/** Whether an address is reached from its own machine only. */
export const isLoopback = (address: string): boolean => ['localhost', '::1'].includes(address) || address.startsWith('127.');

const nameIn = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();

function isOurName(name: string, listeningOn: string): boolean {
  if (LOOPBACK_NAMES.includes(name) || [listeningOn, `[${listeningOn}]`].includes(name)) return true;
  if (isLoopback(listeningOn)) return false;
  // Reached from elsewhere, it may have any address, and any name that nobody can register.
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || !name.includes('.') || PRIVATE_DOMAINS.includes(name.split('.').at(-1)!);
}

/**
 * Why a request from a page of the web is refused; nothing when it comes from elsewhere.
 *
 * A page of the web can send requests to this machine from the browser of somebody who looks at it. It gives itself away by
 * its Origin; or, where its own name was made to lead to this machine, by its Host.
 */
export function foreignness({ headers: { host = '', origin } }: HttpRequest, listeningOn: string): string | undefined {
  if (host !== '' && !isOurName(nameIn(host), listeningOn)) return `Host ${host} is not this emulator.`;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) return `Origin ${origin} is not this emulator.`;
  return undefined;
}
