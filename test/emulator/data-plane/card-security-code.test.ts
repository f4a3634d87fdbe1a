import { DataPlaneEmulator } from './test-keys';

/** The card of the sample program cvv-csc. */
const CARD = { PrimaryAccountNumber: '343412341234123' };
const KEY = '0123456789ABCDEFFEDCBA9876543210';

const version2 = (ServiceCode: string): object => ({ AmexCardSecurityCodeVersion2: { CardExpiryDate: '0930', ServiceCode } });

test.each([3, 4, 5])('a code of %i digits is verified with the service code that it was generated with, and with no other', async ValidationDataLength => {
  const emulator = new DataPlaneEmulator();
  const card = { KeyIdentifier: await emulator.key('cvk', KEY), ...CARD };
  const { ValidationData } = await emulator.run('GenerateCardValidationData', { ...card, GenerationAttributes: version2('999'), ValidationDataLength });
  expect(ValidationData).toMatch(new RegExp(`^\\d{${ValidationDataLength}}$`));
  const verify = async (serviceCode: string): Promise<unknown> =>
    emulator.errorOf('VerifyCardValidationData', { ...card, VerificationAttributes: version2(serviceCode), ValidationData });
  expect(await verify('999')).toBeUndefined();
  expect(await verify('000')).toBe('VerificationFailedException');
});

test('neither version takes the code of the other', async () => {
  const emulator = new DataPlaneEmulator();
  const card = { KeyIdentifier: await emulator.key('cvk', KEY), ...CARD };
  const version1 = { AmexCardSecurityCodeVersion1: { CardExpiryDate: '0930' } };
  const { ValidationData } = await emulator.run('GenerateCardValidationData', { ...card, GenerationAttributes: version1, ValidationDataLength: 4 });
  const verify = async (VerificationAttributes: object): Promise<unknown> =>
    emulator.errorOf('VerifyCardValidationData', { ...card, VerificationAttributes, ValidationData });
  expect(await verify(version1)).toBeUndefined();
  expect(await verify(version2('000'))).toBe('VerificationFailedException');
});
