import { PaymentCryptographyClient } from '@aws-sdk/client-payment-cryptography';
import { PRIMARY, Session } from './engine/session';
import { declare } from '../integ/exit-paths-stack';
import { walk } from '../integ/exit-paths-walk';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

/** The steps of `npm run integ:exit-paths`, but those of the native key, which the engine does not know. */
test('a retained key stays when it leaves its stack, loses our tags, is adopted, and outlives the adopting stack', async () => {
  const stack = session.stack('exit-paths');
  const said: string[] = [];
  const keyArn = await walk({
    region: PRIMARY,
    replicationRegions: ['us-west-2', 'eu-west-1'],
    deploy: async (declaration, way) => {
      const { status, outputs } = await stack.deploy(scope => declare(scope, declaration, way));
      expect(status).toMatch(/^(CREATE|UPDATE)_COMPLETE$/);
      return outputs;
    },
    import: notHere,
    checkUnchanged: notHere,
    destroy: async () => {
      const outcome = await stack.destroy();
      expect(outcome?.status ?? 'DELETE_COMPLETE').toBe('DELETE_COMPLETE');
    },
    client: region => new PaymentCryptographyClient({
      region, endpoint: session.server.url, credentials: { accessKeyId: 'somebody', secretAccessKey: 'any' },
    }),
    say: text => said.push(text),
  }, { withoutNative: true });

  expect(session.requests('CreateKey')).toHaveLength(1);
  // By the walk itself, in the end; a throttled request is repeated.
  expect(new Set(session.requests('DeleteKey').map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['somebody']));
  expect(session.key(keyArn!)!.KeyState).toBe('DELETE_PENDING');
  expect(said.at(-1)).toBe(`${keyArn} is deleted in 3 days`);
}, 120_000);

async function notHere(): Promise<never> {
  throw new Error('The engine knows no native keys');
}
