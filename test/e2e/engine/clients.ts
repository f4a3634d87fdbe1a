import { LocalEngine } from './local-engine';

/** What every client of the engine is made with. Nothing is repeated: what a test sees happened once. */
export function clientConfig(engine: Pick<LocalEngine, 'url'>, region: string) {
  return {
    region,
    endpoint: engine.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
}
