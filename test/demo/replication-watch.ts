import { Emulator } from '../emulator';
import { request, state } from './screen';

const LOOK_MS = 50;

/**
 * Prints each request the library makes, and each state of the key in a Region as it comes about, with the time
 * since the first request. Looks into the emulator, not through its API: the requests shown are all there are.
 * The result ends it.
 */
export function watchReplication(emulator: Emulator, primary: string): () => void {
  const shown = new Map(Object.entries(regionStates(emulator, primary)));
  let begin: number | undefined;
  const elapsed = (): number => Date.now() - (begin ??= Date.now());

  const look = (): void => {
    const states = regionStates(emulator, primary);
    const vanished = [...shown.keys()].filter(region => !(region in states)).map(region => [region, 'gone'] as const);
    for (const [region, name] of [...Object.entries(states), ...vanished]) {
      if (shown.get(region) === name) continue;
      shown.set(region, name);
      state(elapsed(), region, name);
    }
  };
  const deaf = emulator.log.listen(({ service, operation, region, error }) => {
    if (service === 'payment-cryptography') request(elapsed(), region!, operation!, error);
    look();
  });
  const timer = setInterval(look, LOOK_MS);
  return () => {
    deaf();
    clearInterval(timer);
    look();
  };
}

/** What the primary says of each Region, itself among them. */
function regionStates(emulator: Emulator, primary: string): Record<string, string> {
  const [first] = emulator.snapshot(primary).keys;
  if (!first) return {};
  const replicas = Object.entries(first.key.ReplicationStatus ?? {}).map(([region, { Status }]) => [region, Status]);
  return { [primary]: first.key.KeyState, ...Object.fromEntries(replicas) };
}
