import { Browser } from './browser';
import { findChromium } from './chromium';

const chromium = findChromium();

/** Tests that need a browser, which is the argument's `current` while they run. Where there is none they are skipped. */
export function describeInBrowser(name: string, tests: (browser: { readonly current: Browser }) => void): void {
  (chromium === undefined ? describe.skip : describe)(name, () => {
    const holder = { current: undefined as unknown as Browser };
    beforeAll(async () => { holder.current = await Browser.launch(chromium!); }, 60_000);
    tests(holder);
    // Behind those of the tests, which still need it.
    afterAll(async () => holder.current.close());
  });
}
