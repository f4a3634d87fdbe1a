import { parseAddressee, UnanswerableEvent } from '../../../src/provider/handler/cloudformation/event';

const OWN = 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x';
const STACK = 'arn:aws:cloudformation:us-east-1:111122223333:stack/payments/1';
const parsed = (ResponseURL: string, origins?: string, StackId = STACK) =>
  parseAddressee({ ResponseURL, RequestId: 'r', LogicalResourceId: 'L', StackId, Later: 'y' }, origins);

describe('the place that is answered to', () => {
  test('may be one of several origins that tests name, besides CloudFormation\'s own', () => {
    const origins = 'http://127.0.0.1:1,http://127.0.0.1:2';
    for (const url of [OWN, 'http://127.0.0.1:1/a', 'http://127.0.0.1:2/b?c']) { expect(parsed(url, origins).ResponseURL).toBe(url); }
    for (const url of ['http://127.0.0.1:3/a', 'http://127.0.0.1/a', 'https://127.0.0.1:1/a']) { expect(() => parsed(url, origins)).toThrow(UnanswerableEvent); }
  });

  test.each([
    ['us-east-1', 'cloudformation-custom-resource-response-useast1.s3.amazonaws.com'],
    ['eu-west-1', 'cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com'],
    ['eu-west-1', 'cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com'],
    ['ap-southeast-2', 'cloudformation-custom-resource-response-apsoutheast2.s3.ap-southeast-2.amazonaws.com'],
  ])('is the bucket of the stack\'s own Region, %s', (region, host) => {
    const url = `https://${host}/x`;
    expect(parsed(url, undefined, STACK.replace('us-east-1', region)).ResponseURL).toBe(url);
    expect(() => parsed(url, undefined, STACK.replace('us-east-1', 'sa-east-1'))).toThrow(UnanswerableEvent);
  });

  test.each([
    'cloudformation-custom-resource-response-useast9.s3.amazonaws.com', 'cloudformation-custom-resource-response-us-east-1.s3.amazonaws.com',
    'cloudformation-custom-resource-response-useast1-mine.s3.amazonaws.com', 'cloudformation-custom-resource-response-useast1.s3.eu-west-1.amazonaws.com',
  ])('is not a bucket that anybody may own: %s', host => {
    expect(() => parsed(`https://${host}/x`)).toThrow(UnanswerableEvent);
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
