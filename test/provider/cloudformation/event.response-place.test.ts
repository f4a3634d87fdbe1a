import { parseAddressee, UnanswerableEvent } from '../../../src/provider/handler/request';

const OWN = 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x';
const parsed = (ResponseURL: string, origins?: string) =>
  parseAddressee({ ResponseURL, RequestId: 'r', LogicalResourceId: 'L', StackId: 's', Later: 'y' }, origins);

describe('the place that is answered to', () => {
  test('may be one of several origins that tests name, besides CloudFormation\'s own', () => {
    const origins = 'http://127.0.0.1:1,http://127.0.0.1:2';
    for (const url of [OWN, 'http://127.0.0.1:1/a', 'http://127.0.0.1:2/b?c']) { expect(parsed(url, origins).ResponseURL).toBe(url); }
    for (const url of ['http://127.0.0.1:3/a', 'http://127.0.0.1/a', 'https://127.0.0.1:1/a']) { expect(() => parsed(url, origins)).toThrow(UnanswerableEvent); }
  });

  test('is CloudFormation\'s own without them', () => {
    expect(parsed(OWN).ResponseURL).toBe(OWN);
    expect(() => parsed('http://127.0.0.1:1/a')).toThrow(UnanswerableEvent);
  });

  test.each<[string]>([['RequestId'], ['LogicalResourceId'], ['StackId'], ['ResponseURL']])('is unknown without %s', name => {
    const event = { ResponseURL: OWN, RequestId: 'r', LogicalResourceId: 'L', StackId: 's', [name]: undefined };
    expect(() => parseAddressee(event, undefined)).toThrow(`this is not an event of CloudFormation: property ${name} must be a non-empty string, but is missing`);
    expect(() => parseAddressee(event, undefined)).toThrow(expect.objectContaining({ name: 'UnanswerableEvent' }));
  });
});
