/*
 * Certificates in PEM. They are public, but what stands there in place of one may not be: no text repeats it.
 */

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[0-9A-Za-z+/=\s]+-----END CERTIFICATE-----/g;
const ANY_PART = /-----BEGIN ([A-Z0-9 ]+)-----/g;

/** What is wrong with it, or `undefined`. */
export function certificateProblem(pem: string): string | undefined {
  const parts = [...pem.matchAll(ANY_PART)].map(([, what]) => what);
  if (parts.some(what => what.includes('PRIVATE KEY'))) { return 'holds a private key. Take it out, and consider it as disclosed to whoever may read this'; }
  const count = pem.match(CERTIFICATE)?.length ?? 0;
  if (count > 1) { return `holds ${count} certificates, and the service takes one. In a chain the leaf usually stands first: keep that one, and import its authority as a key of its own`; }
  return count === 1 && parts.length === 1 ? undefined : 'is no certificate in PEM: -----BEGIN CERTIFICATE-----, the base64 text, -----END CERTIFICATE-----';
}

/** A certificate without what stands around it, which may be anything. Of a text with a problem, all of it. */
export function certificateIn(pem: string): string {
  return pem.match(CERTIFICATE)?.[0] ?? pem;
}
