import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { checkedAccount } from './account';

/** What CloudFormation says of the stack of `cdk bootstrap`, and with which status. */
let answer: readonly [status: number, body: string];
let server: Server;
const { env } = process;

beforeAll(async () => {
  server = createServer((_request, response) => response.writeHead(answer[0], { 'Content-Type': 'text/xml' }).end(answer[1]));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  process.env = {
    ...env,
    AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
  };
});
afterAll(() => {
  process.env = env;
  server.closeAllConnections();
  server.close();
});

function bootstrapped(account: string): typeof answer {
  const arn = `arn:aws:cloudformation:us-east-1:${account}:stack/CDKToolkit/1`;
  return [200, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackId>${arn}</StackId></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`];
}

test('the account that was named is accepted', async () => {
  answer = bootstrapped('111122223333');
  await expect(checkedAccount('111122223333', 'us-east-1')).resolves.toBeUndefined();
});

test('another account is refused, whose keys nobody asked to make', async () => {
  answer = bootstrapped('999999999999');
  await expect(checkedAccount('111122223333', 'us-east-1')).rejects.toThrow(/^The credentials are those of account 999999999999, not 111122223333$/);
});

test('an account that is not bootstrapped is refused, and the command is named', async () => {
  answer = [400, '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id CDKToolkit does not exist</Message></Error></ErrorResponse>'];
  await expect(checkedAccount('111122223333', 'us-east-1')).rejects.toThrow(/CDKToolkit does not exist.*cdk bootstrap aws:\/\/111122223333\/us-east-1$/);
});
