import { primaryProblem, refuseRegions } from '../../../src/provider/handler/reconcilers/refusal';

const owner = { region: 'us-east-1', stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/payments/1', logicalId: 'Alias', requestId: 'r' };
const arn = (region = 'us-east-1', account = '111122223333') => `arn:aws:payment-cryptography:${region}:${account}:key/kwapwa6qaifllw2h`;

describe('the key and the Regions of an alias or of tags', () => {
  test('of this account, whatever the Region of the primary, pass', () => {
    expect(refuseRegions({ KeyArn: arn('eu-west-1'), Regions: ['eu-west-1', 'us-east-1'] }, owner)).toBeUndefined();
  });

  test.each([
    ['cvk', ['us-east-1'], 'the key must be given by its ARN, but cvk is none'],
    [arn('us-east-1', '444455556666'), ['us-east-1'], 'is not of this stack\'s account 111122223333'],
    [arn(), ['us-east-1', 'us-east-1'], 'regions names us-east-1 twice'],
    [arn(), [], 'regions names none. List at least one Region'],
  ])('%s in %j is refused', (KeyArn, Regions, text) => {
    expect(refuseRegions({ KeyArn, Regions }, owner)).toContain(text);
  });
});

describe('a key whose primary is to be here', () => {
  const texts = { notAnArn: 'not an ARN', instead: 'Declare this' };

  test('passes in the account and Region of the stack', () => {
    expect(primaryProblem(arn(), owner, texts)).toBeUndefined();
  });

  test.each([['cvk', 'not an ARN'], [arn('eu-west-1'), 'Declare this in the account and Region of its primary'], [arn('us-east-1', '444455556666'), 'account 111122223333 and Region us-east-1']])('%s is refused', (keyArn, text) => {
    expect(primaryProblem(keyArn, owner, texts)).toContain(text);
  });
});
