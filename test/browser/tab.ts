import { Browser, Result } from './browser';

export interface TabOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** Keys that a test presses, as browsers name them. */
const KEYS: Readonly<Record<string, { readonly key: string; readonly code: number; readonly text?: string }>> = {
  Tab: { key: 'Tab', code: 9 },
  Enter: { key: 'Enter', code: 13, text: '\r' },
  Escape: { key: 'Escape', code: 27 },
  Space: { key: ' ', code: 32, text: ' ' },
};
const SHIFT = 8;

/** A tab, and what went wrong on its page: exceptions, errors on the console, violations of its policy. */
export class Tab {
  static async open(browser: Browser, { width = 1440, height = 1000, scheme = 'light' }: TabOptions = {}): Promise<Tab> {
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
    const tab = new Tab(browser, sessionId as string, targetId as string);
    for (const domain of ['Page', 'Runtime', 'Log', 'Audits', 'Performance', 'Accessibility', 'DOM']) await tab.send(`${domain}.enable`);
    await tab.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await tab.setScheme(scheme);
    // A tab in the background gets no key, and draws nothing.
    await tab.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    return tab;
  }

  readonly problems: string[] = [];
  private readonly loads: Array<() => void> = [];

  private constructor(private readonly browser: Browser, private readonly sessionId: string, private readonly targetId: string) {
    browser.on(sessionId, (method, params) => this.hear(method, params));
  }

  async send(method: string, params: object = {}): Promise<Result> {
    return this.browser.send(method, params, this.sessionId);
  }

  async setScheme(scheme: 'light' | 'dark'): Promise<void> {
    await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  async go(url: string): Promise<void> {
    const loaded = new Promise<void>(resolve => this.loads.push(resolve));
    const { errorText } = await this.send('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
    await loaded;
  }

  /** The value of an expression on the page. A promise is waited for. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(`${exceptionDetails.exception?.description ?? exceptionDetails.text}\n${expression}`);
    return result.value as T;
  }

  /** Waits until an expression holds, which is looked at after each change of the document. The time when it did, on the machine's clock. */
  async until(expression: string): Promise<number> {
    return this.evaluate(`new Promise(resolve => {
      const look = () => { if (!(${expression})) return false; observer.disconnect(); resolve(Date.now()); return true; };
      const observer = new MutationObserver(look);
      if (!look()) observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    })`);
  }

  async press(name: keyof typeof KEYS & string, { shift = false } = {}): Promise<void> {
    const { key, code, text } = KEYS[name];
    const common = { key, code: name, windowsVirtualKeyCode: code, modifiers: shift ? SHIFT : 0 };
    await this.send('Input.dispatchKeyEvent', { type: text === undefined ? 'rawKeyDown' : 'keyDown', text, ...common });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
  }

  async type(text: string): Promise<void> {
    await this.send('Input.insertText', { text });
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data as string, 'base64');
  }

  async close(): Promise<void> {
    await this.browser.send('Target.closeTarget', { targetId: this.targetId });
  }

  private hear(method: string, params: Result): void {
    const problem = PROBLEMS[method]?.(params);
    if (problem !== undefined) this.problems.push(problem);
    if (method === 'Page.loadEventFired') this.loads.splice(0).forEach(resolve => resolve());
  }
}

/** By the event that tells of it. */
const PROBLEMS: Readonly<Record<string, (params: Result) => string | undefined>> = {
  'Runtime.exceptionThrown': ({ exceptionDetails }) => `exception: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`,
  'Runtime.consoleAPICalled': ({ type, args }) => ['error', 'warning', 'assert'].includes(type) ? `console.${type}: ${JSON.stringify(args)}` : undefined,
  'Log.entryAdded': ({ entry }) => ['error', 'warning'].includes(entry.level) ? `${entry.source}: ${entry.text} ${entry.url ?? ''}` : undefined,
  'Audits.issueAdded': ({ issue }) => `issue: ${issue.code} ${JSON.stringify(issue.details)}`,
};
