import { createPublicKey } from 'node:crypto';
import { DataPlaneEmulator, KEY_ATTRIBUTES, KeyName } from './test-keys';
import { aes } from '../cryptography/block-cipher';
import { openPinBlock } from '../cryptography/pin-block';
import { exportKey, importKey, Partner } from '../exchange-fixtures';
import { agreeOnKey } from '../key-exchange/key-agreement';

const PAN = '4111111111111111';
const SHARED = '00112233';
const block = { PlainText: '00'.repeat(16), EncryptionAttributes: { Symmetric: { Mode: 'ECB' } } };

/** A key block of a new key under another new key, and both. */
async function wrap(emulator: DataPlaneEmulator, name: KeyName): Promise<{ kek: string; arn: string; WrappedKeyMaterial: { Tr31KeyBlock: string } }> {
  const [kek, arn] = [await emulator.key('kek'), await emulator.key(name)];
  const { KeyMaterial } = await exportKey(emulator, arn, { Tr31KeyBlock: { WrappingKeyIdentifier: kek } });
  return { kek, arn, WrappedKeyMaterial: { Tr31KeyBlock: KeyMaterial } };
}

describe('a key block in a request', () => {
  test('does what its key would do', async () => {
    const emulator = new DataPlaneEmulator();
    const { kek, arn, WrappedKeyMaterial } = await wrap(emulator, 'aesData');
    const stored = await emulator.run('EncryptData', { KeyIdentifier: arn, ...block });
    const wrapped = await emulator.run('EncryptData', { KeyIdentifier: kek, ...block, WrappedKey: { WrappedKeyMaterial } });
    expect(wrapped).toEqual({ ...stored, KeyArn: kek });
    expect(emulator.snapshot('us-east-1').keys).toHaveLength(2);
  });

  test('may have a check value of another algorithm', async () => {
    const emulator = new DataPlaneEmulator();
    const { kek, WrappedKeyMaterial } = await wrap(emulator, 'aesData');
    const checkValue = async (KeyCheckValueAlgorithm?: string): Promise<string> =>
      (await emulator.run('EncryptData', { KeyIdentifier: kek, ...block, WrappedKey: { WrappedKeyMaterial, KeyCheckValueAlgorithm } })).KeyCheckValue;
    expect(await checkValue('CMAC')).toBe(await checkValue());
    expect(await checkValue('ANSI_X9_24')).not.toBe(await checkValue());
    await expect(checkValue('HMAC')).rejects.toMatchObject({ type: 'ValidationException' });
  });

  test('is refused when its key is for something else, when it was changed, and under another key', async () => {
    const emulator = new DataPlaneEmulator();
    const [data, mac] = [await wrap(emulator, 'aesData'), await wrap(emulator, 'cmac')];
    const { Tr31KeyBlock } = data.WrappedKeyMaterial;
    const encrypt = async (KeyIdentifier: string, text: string): Promise<string> =>
      emulator.run('EncryptData', { KeyIdentifier, ...block, WrappedKey: { WrappedKeyMaterial: { Tr31KeyBlock: text } } })
        .then(() => 'accepted', (error: Error) => error.message);
    expect(await encrypt(data.kek, Tr31KeyBlock)).toBe('accepted');
    expect(await encrypt(mac.kek, mac.WrappedKeyMaterial.Tr31KeyBlock)).toMatch(/KeyUsages not allowed: The key in the key block/);
    expect(await encrypt(data.kek, Tr31KeyBlock.replace(/.$/, last => (last === '0' ? '1' : '0')))).toMatch(/changed/);
    expect(await encrypt(mac.kek, Tr31KeyBlock)).toMatch(/another protection key/);
    expect(await encrypt(data.arn, Tr31KeyBlock)).toMatch(/is not one of TR31_K0/);
  });
});

describe('a derived key', () => {
  async function derive(more: object = {}) {
    const emulator = new DataPlaneEmulator();
    const partner = new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P256', now: emulator.clock.now() });
    const authority = (await importKey(emulator, partner.rootMaterial)).KeyArn;
    const { KeyArn: own } = await emulator.createKey({ KeyAttributes: KEY_ATTRIBUTES.agreement, ...more });
    const { KeyCertificate } = await emulator.run('GetPublicKeyCertificate', { KeyIdentifier: own });
    // What the partner derives for itself.
    const theirs = agreeOnKey(partner.keys.privateKey, createPublicKey(Buffer.from(KeyCertificate, 'base64')), {
      function: 'ANSI_X963', hash: 'SHA_512', sharedInformation: Buffer.from(SHARED, 'hex'), size: 16,
    });
    const DiffieHellmanSymmetricKey = {
      CertificateAuthorityPublicKeyIdentifier: authority,
      PublicKeyCertificate: partner.wire,
      KeyAlgorithm: 'AES_128',
      KeyDerivationFunction: 'ANSI_X963',
      KeyDerivationHashAlgorithm: 'SHA_512',
      SharedInformation: SHARED,
    };
    const input = {
      GenerationKeyIdentifier: await emulator.key('ibmPvk'),
      EncryptionKeyIdentifier: own,
      EncryptionWrappedKey: { WrappedKeyMaterial: { DiffieHellmanSymmetricKey } },
      PrimaryAccountNumber: PAN,
      PinBlockFormat: 'ISO_FORMAT_4',
      GenerationAttributes: {
        Ibm3624PinFromOffset: { DecimalizationTable: '0'.repeat(16), PinValidationData: '1234', PinValidationDataPadCharacter: 'F', PinOffset: '2468' },
      },
    };
    return { emulator, own, theirs, input };
  }

  test('protects a PIN that the partner opens', async () => {
    const { emulator, own, theirs, input } = await derive();
    const { EncryptedPinBlock, EncryptionKeyArn } = await emulator.run('GeneratePinData', input);
    expect(EncryptionKeyArn).toBe(own);
    expect(openPinBlock(aes(theirs), 'ISO_FORMAT_4', Buffer.from(EncryptedPinBlock, 'hex'), PAN)).toBe('2468');
  });

  test('is refused when its key pair derives keys for something else', async () => {
    const right = await derive({ DeriveKeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY' });
    await expect(right.emulator.run('GeneratePinData', right.input)).resolves.toMatchObject({ EncryptionKeyArn: right.own });
    const wrong = await derive({ DeriveKeyUsage: 'TR31_K1_KEY_BLOCK_PROTECTION_KEY' });
    await expect(wrong.emulator.run('GeneratePinData', wrong.input)).rejects.toMatchObject({ type: 'ValidationException', message: expect.stringContaining('DeriveKeyUsage') });
  });
});
