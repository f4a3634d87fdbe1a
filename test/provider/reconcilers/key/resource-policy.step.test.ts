import { ManagedKeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { concernsPolicy, policyStep, samePolicy } from '../../../../src/provider/handler/reconcilers/key/resource-policy';
import { Reversal, Task } from '../../../../src/provider/handler/reconcilers/reconciler';

const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/abcdefghijklmnop';
const task = (declared: string | undefined, previous: string | undefined, reversal: Reversal = { kind: 'none' }) => {
  const partial: Partial<Task<Partial<ManagedKeyProperties>>> = {
    declared: { ResourcePolicy: declared }, previous: { ResourcePolicy: previous }, reversal,
  };
  return partial as Task<ManagedKeyProperties>;
};

const [A, B] = ['{"a":1,"b":2}', '{"b":3}'];
const [NONE, DELETE, REFUSED] = [{ kind: 'none' }, { kind: 'delete' }, { kind: 'refused', reason: expect.stringContaining(`delete-resource-policy --region us-east-1 --resource-arn ${ARN}`) }];
const put = (policy: string) => ({ kind: 'put', policy });

describe('what to do about the resource policy', () => {
  test.each<[string, string | undefined, string | undefined, string | undefined, boolean, object]>([
    ['declared, and there', A, undefined, '{"b":2,"a":1}', false, NONE],
    ['declared, and not there', A, undefined, undefined, false, put(A)],
    ['declared, and put by this request in another form', A, undefined, B, true, put(A)],
    ['declared anew, and another there', A, undefined, B, false, REFUSED],
    ['declared otherwise than before', B, A, A, false, put(B)],
    ['declared as before, and changed by hand', A, A, B, false, put(A)],
    ['taken off the declaration', undefined, A, A, false, DELETE],
    ['taken off the declaration, and gone', undefined, A, undefined, false, NONE],
    ['taken off the declaration, and changed by hand', undefined, A, B, false, REFUSED],
    ['never declared', undefined, undefined, B, false, NONE],
  ])('%s', (_, declared, previous, live, isOurs, step) => {
    expect(policyStep(task(declared, previous), ARN, live, isOurs)).toEqual(step);
  });

  test('a rollback leaves what the failed update refused to touch', () => {
    expect(policyStep(task(undefined, A, { kind: 'ofFailure' }), ARN, B, false)).toEqual(NONE);
    expect(policyStep(task(undefined, A, { kind: 'ofFailure' }), ARN, A, false)).toEqual(DELETE);
  });

  test('nothing is looked at where none was ever declared', () => {
    expect([task(undefined, undefined), task(A, undefined), task(undefined, A)].map(concernsPolicy)).toEqual([false, true, true]);
  });

  test('what is no JSON is compared as it is', () => {
    expect([samePolicy('x', 'x'), samePolicy('x', 'y'), samePolicy('[1,2]', '[2,1]')]).toEqual([true, false, false]);
  });
});
