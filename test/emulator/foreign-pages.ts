import { isIP } from 'node:net';
import { HttpRequest } from './http-request';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Top-level domains that no public name can have. */
const PRIVATE_DOMAINS = ['localhost', 'internal', 'local', 'test'];

/** What browsers say of the page that sends a request: another port of this machine is the same site, but not the same origin. */
const OTHER_SITES = ['cross-site', 'same-site'];

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
export function foreignness({ headers }: HttpRequest, listeningOn: string): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (host !== '' && !isOurName(nameIn(host), listeningOn)) return `Host ${host} is not this emulator.`;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) return `Origin ${origin} is not this emulator.`;
  // A picture, a script or a frame of another page has no Origin, and would hold a stream open.
  const isOpenedByPerson = mode === 'navigate' && destination === 'document';
  if (OTHER_SITES.includes(site ?? '') && !isOpenedByPerson) return 'A page that is not of this emulator sent this request.';
  return undefined;
}
