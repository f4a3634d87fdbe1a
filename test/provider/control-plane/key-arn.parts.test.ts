import { parseKeyArn, regionOf, replicaArn } from '../../../src/provider/handler/control-plane/key-arn';

const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';

test('an ARN tells Region, account and key id, in every partition', () => {
  expect(parseKeyArn(ARN)).toEqual({ region: 'us-east-1', account: '111122223333', keyId: 'kwapwa6qaifllw2h' });
  expect(parseKeyArn(ARN.replace('arn:aws:', 'arn:aws-us-gov:'))?.keyId).toBe('kwapwa6qaifllw2h');
});

test.each([
  '', 'kwapwa6qaifllw2h', `${ARN}/more`, `x${ARN}`, ARN.slice(0, -1), ARN.replace('111122223333', '1111'),
  ARN.replace('payment-cryptography', 'kms'), `${ARN}\n`,
])('%j is none', text => {
  expect(parseKeyArn(text)).toBeUndefined();
  expect(regionOf(text)).toBe('');
});

test('the ARN of an alias is none of a key, and tells its Region', () => {
  const alias = ARN.replace(':key/kwapwa6qaifllw2h', ':alias/partner-kek');
  expect(parseKeyArn(alias)).toBeUndefined();
  expect(regionOf(alias)).toBe('us-east-1');
  expect(regionOf(`${alias}\n`)).toBe('');
});

test('a replica differs in the Region alone', () => {
  expect(replicaArn(ARN, 'eu-west-1')).toBe(ARN.replace('us-east-1', 'eu-west-1'));
  expect(regionOf(replicaArn(ARN, 'eu-west-1'))).toBe('eu-west-1');
});
