import { Browser } from '../../browser/browser';
import { Tab, TabOptions } from '../../browser/tab';
import { CARD_VERIFICATION, PRIMARY } from '../checked-emulator';
import { EmulatorServer, EmulatorServerOptions, startEmulatorServer } from '../server';
import { Key } from '../shapes';

/** An emulator, and its live page in a browser. */
export interface OpenedPage {
  readonly server: EmulatorServer;
  readonly tab: Tab;
  createKey(more?: object): Promise<Key>;
  call(operation: string, input: object, region?: string): Promise<Record<string, any>>;
  close(): Promise<void>;
}

export async function openPage(browser: Browser, options: EmulatorServerOptions = {}, tabOptions: TabOptions = {}): Promise<OpenedPage> {
  const server = await startEmulatorServer({ tps: Infinity, ...options });
  const tab = await Tab.open(browser, tabOptions);
  await tab.go(server.url);
  await tab.until("document.getElementById('connection').textContent === 'live' && document.getElementById('account').textContent !== ''");
  const call: OpenedPage['call'] = async (operation, input, region = PRIMARY) => server.emulator.call(operation, input, { region });
  return {
    server,
    tab,
    call,
    createKey: async (more = {}) => (await call('CreateKey', { KeyAttributes: CARD_VERIFICATION, Exportable: true, ...more })).Key as Key,
    close: async () => {
      await tab.close();
      await server.close();
    },
  };
}

export const idOf = ({ KeyArn }: Key): string => KeyArn.split('/')[1];

/** An expression: the row of a key. */
export const rowOf = (id: string): string => `document.querySelector('tr[data-key="${id}"]')`;

/** An expression: what the table says of a key in the column with this name. */
export const cellOf = (id: string, column: string): string =>
  `${rowOf(id)}?.cells[[...document.querySelectorAll('#key-table thead th')].findIndex(cell => cell.textContent === ${JSON.stringify(column)})]?.textContent`;
