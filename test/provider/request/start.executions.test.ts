import { serviceTimeoutInMinutes } from '../../../src/provider/contract/envelope';
import { MULTI_REGION_PAYMENT_KEY } from '../../../src/provider/contract/multi-region-payment-key';
import { admit, executionName, executionPrefix } from '../../../src/provider/handler/admission';
import { Request } from '../../../src/provider/handler/request';

const request = (changes: Partial<Request> = {}, properties: object = {}): Request => ({
  RequestType: 'Create',
  RequestId: '3c1f8f0e-0000-4000-8000-0123456789ab',
  ResponseURL: 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x',
  ResourceType: MULTI_REGION_PAYMENT_KEY,
  LogicalResourceId: 'Cvk14B72062',
  StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/payments/1',
  ResourceProperties: {
    StateMachineArn: 'arn:machine', KeyUsage: 'C0', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: ['Generate'], ...properties,
  },
  ...changes,
});
const later = (RequestType: 'Update' | 'Delete') => ({ RequestType, PhysicalResourceId: 'x' });

describe('the name of an execution', () => {
  test('shows the request id behind the beginning that all executions for a resource share', () => {
    const name = executionName(request());
    expect(name).toBe(`${executionPrefix(request())}3c1f8f0e-0000-4000-8000-0123456789ab`);
    expect(executionName(request({ RequestId: 'other' })).startsWith(executionPrefix(request()))).toBe(true);
    expect(executionPrefix(request({ LogicalResourceId: 'Other' }))).not.toBe(executionPrefix(request()));
  });

  test.each(['r'.repeat(60), 'r'.repeat(61), 'r'.repeat(2000), 'with space', 'x/y', 'ü', '-', 'line\nline', '.x', 'x:'])('fits Step Functions, and is of request %j alone', RequestId => {
    for (const LogicalResourceId of ['C', 'L'.repeat(255)]) {
      const name = executionName(request({ RequestId, LogicalResourceId }));
      expect(name).toMatch(/^[A-Za-z0-9-]{18,80}$/);
      expect(name).toBe(executionName(request({ RequestId, LogicalResourceId })));
      expect(name).not.toBe(executionName(request({ RequestId: `${RequestId}2`, LogicalResourceId })));
    }
  });
});

describe('the state that an execution begins with', () => {
  const NOW = new Date('2026-01-01T00:00:00.000Z');
  const minutes = (iso: string) => (Date.parse(iso) - NOW.getTime()) / 60_000;
  const admitted = (RequestType: Request['RequestType'], timeout: string) =>
    admit(request(RequestType === 'Create' ? {} : later(RequestType), { ReplicationTimeoutInMinutes: timeout }), NOW).state;

  test.each<[Request['RequestType'], string, number]>([
    ['Create', '30', 31], ['Update', '1', 2], ['Create', '55', 56], ['Delete', '30', 32], ['Delete', '1', 12], ['Delete', '10', 12], ['Delete', '11', 13],
  ])('lets a %s with a time-out of %s minutes work for %d', (type, timeout, end) => {
    expect(minutes(admitted(type, timeout).deadline)).toBe(end);
  });

  test.each<[Request['RequestType']]>([['Create'], ['Update'], ['Delete']])('leaves a %s two minutes to undo, and one to answer, before CloudFormation stops waiting', type => {
    for (const timeout of [1, 9, 10, 11, 30, 55]) {
      const { deadline, overdueAt } = admitted(type, String(timeout));
      expect(minutes(deadline) + 2).toBeLessThanOrEqual(minutes(overdueAt));
      expect(minutes(overdueAt)).toBeLessThanOrEqual(serviceTimeoutInMinutes(timeout) - 1);
      expect(serviceTimeoutInMinutes(timeout)).toBeLessThanOrEqual(60);
    }
  });

  test('has nothing done yet', () => {
    const { state, stateMachineArn } = admit(request(), NOW);
    expect(stateMachineArn).toBe('arn:machine');
    expect(state).toMatchObject({ turn: 0, waitSeconds: 0, waitingFor: 'the first step', memory: {}, startedAt: NOW.toISOString() });
    expect(state).not.toHaveProperty('answer');
  });

  test('is refused to no delete for its declaration: what it names may be there all the same', () => {
    const own = { ReplicationRegions: ['us-east-1'] };
    expect(() => admit(request({}, own), NOW)).toThrow('the key\'s own Region');
    expect(() => admit(request(later('Update'), own), NOW)).toThrow('the key\'s own Region');
    expect(() => admit(request(later('Delete'), own), NOW)).not.toThrow();
  });

  test.each<[string, string | undefined]>([
    ['?X-Amz-Date=20251231T235030Z&X-Amz-Expires=7200', '2025-12-31T23:50:30.000Z'],
    ['?X-Amz-Expires=7200&X-Amz-Date=20251231T235030Z', '2025-12-31T23:50:30.000Z'],
    ['?X-Amz-Date=20260101T000100Z', NOW.toISOString()],
    ['?Not-X-Amz-Date=20251231T235030Z', undefined],
    ['?X-Amz-Date=20251231', undefined],
    ['', undefined],
  ])('counts from when a request with the URL …%s was sent: %s', (query, sent) => {
    const { state } = admit(request({ ResponseURL: request().ResponseURL + query }), NOW);
    expect(state.sentAt).toBe(sent);
    expect(Date.parse(state.deadline)).toBe(Date.parse(sent ?? NOW.toISOString()) + 31 * 60_000);
  });
});
