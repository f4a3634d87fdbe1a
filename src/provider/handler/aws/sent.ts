import { CalledService, faultKind, ServiceFault } from '../control-plane/fault';

/** Sends a request of the SDK. Whatever goes wrong becomes a `ServiceFault`. */
export async function sent<T>(service: CalledService, operation: string, region: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, message, code, ResourceId } = error as Error & { code?: unknown; ResourceId?: string };
    throw new ServiceFault(faultKind({ name, code }), service, operation, region, typeof code === 'string' ? code : name, ResourceId ?? message);
  }
}
