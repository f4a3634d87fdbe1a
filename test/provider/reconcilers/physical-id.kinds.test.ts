import { nothingCreatedId, outcomeUnknownId, parsePhysicalId } from '../../../src/provider/handler/reconcilers/physical-id';

const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';

test.each([
  [ARN, { kind: 'key', keyArn: ARN }],
  [nothingCreatedId('r-1'), { kind: 'nothingCreated' }],
  [outcomeUnknownId('r-1'), { kind: 'outcomeUnknown', requestId: 'r-1' }],
  ['alias/cvk?found=us-west-2', { kind: 'other', id: 'alias/cvk?found=us-west-2' }],
  ['payments-Cvk-1A2B3C4D5E6F', { kind: 'invented' }],
  ['', { kind: 'invented' }],
])('%j', (id, expected) => {
  expect(parsePhysicalId(id)).toEqual(expected);
});
