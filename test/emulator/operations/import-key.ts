/**
 * ImportKey. Each member of the union KeyMaterial is one way to bring a key: it ends with the key's attributes,
 * its exportability and its material. From there on an imported key is made like any other, with origin EXTERNAL.
 */
import { invalid } from '../errors';
import { openMpaSession } from '../multi-party-approval';
import { refusing } from '../refusals';
import { Context } from '../service';
import { KeyCheckValueAlgorithm, Tag } from '../shapes';
import { importRootCertificate, importTrustedCertificate } from './imports/certificates';
import { importAs2805Cryptogram, importRsaCryptogram } from './imports/cryptograms';
import { Import, ImportedKey } from './imports/imported-key';
import { importAgreedTr31, importTr31, importTr34 } from './imports/key-blocks';
import { addKey, addPendingKey, checkAttributes, CheckedRequest, checkKeyCheckValueAlgorithm, checkRequest } from './new-key';
import { Operations } from './operation';

interface ImportKeyInput {
  /** A union: it has one member. */
  readonly KeyMaterial: Readonly<Record<string, object>>;
  readonly Enabled?: boolean;
  readonly KeyCheckValueAlgorithm?: KeyCheckValueAlgorithm;
  readonly Tags?: readonly Tag[];
  readonly ReplicationRegions?: readonly string[];
  readonly RequesterComment?: string;
}

const IMPORTS: Readonly<Record<string, Import>> = {
  RootCertificatePublicKey: importRootCertificate,
  TrustedCertificatePublicKey: importTrustedCertificate,
  Tr31KeyBlock: importTr31,
  Tr34KeyBlock: importTr34,
  KeyCryptogram: importRsaCryptogram,
  DiffieHellmanTr31KeyBlock: importAgreedTr31,
  As2805KeyCryptogram: importAs2805Cryptogram,
};

function read(context: Context, material: ImportKeyInput['KeyMaterial']): ImportedKey {
  const [[member, input]] = Object.entries(material);
  return refusing(() => IMPORTS[member](context, input as never));
}

function requestFor(context: Context, input: ImportKeyInput, { attributes, exportable }: ImportedKey): CheckedRequest {
  const isCertificate = attributes.KeyClass === 'PUBLIC_KEY';
  if (!isCertificate) {
    checkAttributes(context, attributes);
    checkKeyCheckValueAlgorithm(attributes, input.KeyCheckValueAlgorithm);
  }
  return checkRequest(context, {
    attributes,
    exportable,
    enabled: input.Enabled,
    // Published samples ask for ANSI_X9_24 or CMAC with certificates, which have neither.
    keyCheckValueAlgorithm: isCertificate ? undefined : input.KeyCheckValueAlgorithm,
    tags: input.Tags,
    replicationRegions: input.ReplicationRegions,
    followsDefaults: context.service.options.switches.defaultsOnImportedKey === 'replicated',
  }, input);
}

function importKey(context: Context, input: ImportKeyInput): object {
  const { service, region } = context;
  const imported = read(context, input.KeyMaterial);
  const request = requestFor(context, input, imported);
  const { material, importedHeader } = imported;
  const content = { material, importedHeader, origin: 'EXTERNAL' } as const;
  const team = imported.needsApproval ? service.mpaAssociations.get(region) : undefined;
  if (team !== undefined && input.RequesterComment === undefined) {
    throw invalid('RequesterComment is missing: a team has to approve the import of a root certificate.');
  }
  const answer = team === undefined
    ? addKey(context, request, content)
    : addPendingKey(context, request, content, ({ id }) =>
      openMpaSession(context, team.teamArn, { kind: 'import', keyId: id, replicationRegions: request.replication.regions }));
  imported.onAdded?.();
  return answer;
}

export const importKeyOperations: Operations = { ImportKey: importKey };
