/** A client for each Region, made when it is needed first. */
export function perRegion<T>(make: (region: string) => T): (region: string) => T {
  const clients = new Map<string, T>();
  return region => {
    const client = clients.get(region) ?? make(region);
    clients.set(region, client);
    return client;
  };
}
