/** The plainest functions for CDK's Provider framework: no more than its documentation asks for. */
import { PaymentCryptographyClient } from '@aws-sdk/client-payment-cryptography';
import { CreateKeyCommand, DeleteKeyCommand, GetKeyCommand } from '../../../src/provider/handler/aws/payment-cryptography-commands';

const payments = new PaymentCryptographyClient();

interface Event {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId: string;
  readonly ResourceProperties: { readonly ReplicationRegions: readonly string[] };
}

export async function onEvent({ RequestType, PhysicalResourceId, ResourceProperties }: Event): Promise<{ readonly PhysicalResourceId: string }> {
  switch (RequestType) {
    case 'Create': {
      const { Key }: any = await payments.send(new CreateKeyCommand({
        KeyAttributes: {
          KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
          KeyClass: 'SYMMETRIC_KEY',
          KeyAlgorithm: 'TDES_2KEY',
          KeyModesOfUse: { Generate: true, Verify: true },
        },
        Exportable: true,
        ReplicationRegions: ResourceProperties.ReplicationRegions,
      }));
      return { PhysicalResourceId: Key.KeyArn };
    }
    case 'Delete':
      await payments.send(new DeleteKeyCommand({ KeyIdentifier: PhysicalResourceId }));
  }
  return { PhysicalResourceId };
}

export async function isComplete({ RequestType, PhysicalResourceId }: Event): Promise<{ readonly IsComplete: boolean }> {
  if (RequestType === 'Delete') { return { IsComplete: true }; }
  const { Key }: any = await payments.send(new GetKeyCommand({ KeyIdentifier: PhysicalResourceId }));
  const replicas = Object.values<{ readonly Status: string }>(Key.ReplicationStatus ?? {});
  return { IsComplete: replicas.every(({ Status }) => Status === 'SYNCHRONIZED') };
}
