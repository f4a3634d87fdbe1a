import { IF_IN_THE_CLEAR } from './wrapped-key';
import { KeyTraits } from '../../../control-plane/port';

/*
 * What a key block of TR-31 (ANSI X9.143) says in the clear, and whether it can be what is declared. The service would refuse
 * most of it, too, but only after the call, and in its own words.
 *
 *   B 0096 C0 T C 00 E 01 00 | KP 0C 00 08D7B4… | encrypted key and authenticator, hexadecimal
 *   | |    |  | | |  | |  reserved
 *   | |    |  | | |  | number of optional blocks
 *   | |    |  | | |  exportability: E, S, or N for never
 *   | |    |  | | key version
 *   | |    |  | mode of use
 *   | |    |  algorithm: T, A or H
 *   | |    usage
 *   | length
 *   version
 *
 * Only these sixteen characters may be told, and the first six digits of KP: what follows them is the material.
 */

const HEADER = /^([A-D])(\d{4})([0-9A-Z]{2})([0-9A-Z])([0-9A-Z])([0-9A-Zc][0-9A-Z])([0-9A-Z])(\d{2})[0-9A-Z]{2}$/;
const HEADER_LENGTH = 16;

/**
 * The value of the optional block KP: two characters for how it was computed, and the check value of the wrapping key. The service
 * shows six digits of check values. More of them could be anything in a block that was changed on its way.
 */
const CHECK_VALUE = /^(..)([0-9A-F]{6})/;

/** Table of the modes of use in X9.143; the names are the API's. */
const MODES: ReadonlyMap<string, readonly string[]> = new Map([
  ['B', ['Encrypt', 'Decrypt', 'Wrap', 'Unwrap']],
  ['C', ['Generate', 'Verify']],
  ['D', ['Decrypt', 'Unwrap']],
  ['E', ['Encrypt', 'Wrap']],
  ['G', ['Generate']],
  ['N', ['NoRestrictions']],
  ['V', ['Verify']],
  ['X', ['DeriveKey']],
]);

/** Which algorithms of the API a letter stands for. How long the key is, the header does not tell. */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([['T', 'TDES_'], ['A', 'AES_'], ['H', 'HMAC_']]);

/** By which method a check value was computed, as the API calls it (X9.143: optional block KP). */
const METHODS: ReadonlyMap<string, string> = new Map([['00', 'ANSI_X9_24'], ['01', 'CMAC']]);

export interface WrappingKeyCheckValue {
  readonly algorithm: string;
  readonly value: string;
}

export type KeyBlock =
  | { readonly kind: 'block'; readonly wrappingKeyCheckValue?: WrappingKeyCheckValue }
  | { readonly kind: 'refused'; readonly reason: string };

/** Reads the header, and compares it with what is declared. */
export function readKeyBlock(block: string, declared: KeyTraits): KeyBlock {
  const problem = shapeProblem(block);
  if (problem) { return refused(problem); }
  const [, , , usage, algorithm, mode, keyVersion, exportability, count] = HEADER.exec(block.slice(0, HEADER_LENGTH))!;
  if (keyVersion.startsWith('c')) { return refused(`holds a component of a key (key version ${keyVersion}), and the service imports whole keys only. Export the whole key`); }
  const optional = readOptionalBlocks(block, Number(count));
  if (!optional) { return refused('has optional blocks whose lengths do not fit into it, so it was damaged on its way. Store it again as it was exported'); }
  if (!/^[0-9A-F]+$/.test(block.slice(optional.end))) {
    return refused('does not end in upper-case hexadecimal digits, so it was changed on its way. Store it again as it was exported, without a change of case');
  }
  const difference = headerDifference({ usage, algorithm, mode, exportability }, declared);
  return difference ? refused(difference) : { kind: 'block', wrappingKeyCheckValue: checkValueIn(optional.blocks.get('KP')) };
}

/** By another method than these, there is nothing to compare with. */
function checkValueIn(block: string | undefined): WrappingKeyCheckValue | undefined {
  const [, method, value] = CHECK_VALUE.exec(block ?? '') ?? [];
  const algorithm = method === undefined ? undefined : METHODS.get(method);
  return algorithm === undefined ? undefined : { algorithm, value };
}

function refused(reason: string): KeyBlock {
  return { kind: 'refused', reason };
}

/** What is wrong with it before any of it is understood, in the order in which it is most likely to be the cause. */
function shapeProblem(block: string): string | undefined {
  const prefix = /^[SR](?=[A-D]\d{4})/.exec(block)?.[0];
  if (prefix) { return `begins with the ${prefix} that a payShield puts before a key block, and that is not part of it. Store it without this letter`; }
  if (/^[0-9A-F]{16,64}$/i.test(block)) { return `is no key block of TR-31, but ${block.length} hexadecimal digits. ${IF_IN_THE_CLEAR}`; }
  if (!/^[A-D]/.test(block)) { return 'is no key block of TR-31: it does not begin with version A, B, C or D. Store the block exactly as it was exported'; }
  if (/\s/.test(block)) { return 'has white space in it. Store the block in one line'; }
  if (/[^0-9A-Za-z]/.test(block)) {
    return 'has characters besides letters and digits, which the service does not take (API: Tr31WrappedKeyBlock). An Atalla separates by commas: take them out. A block with a time stamp '
      + '(optional block TS) has punctuation by itself: export it without one';
  }
  const length = /^.(\d{4})/.exec(block)?.[1];
  if (length === undefined) { return 'does not have its length in its second to fifth character, so it is no key block of TR-31. Store the block exactly as it was exported'; }
  if (Number(length) !== block.length) {
    return `says that it has ${Number(length)} characters, and has ${block.length}: it was cut off or changed on its way. Store it again as it was exported`;
  }
  return HEADER.test(block.slice(0, HEADER_LENGTH)) ? undefined
    : 'has no header of TR-31 in its first sixteen characters. Store the block exactly as it was exported, without a change of case';
}

/**
 * Their values by id, or `undefined` if they do not fit. Two characters of id, two of the length of the whole; or `00`, two that
 * say how many bytes the length has, and the length.
 */
function readOptionalBlocks(block: string, count: number): { readonly blocks: ReadonlyMap<string, string>; readonly end: number } | undefined {
  const blocks = new Map<string, string>();
  let end = HEADER_LENGTH;
  for (let index = 0; index < count; index += 1) {
    const digits = block.slice(end + 2, end + 4) === '00' ? 2 * hexadecimal(block.slice(end + 4, end + 6)) : 0;
    const data = digits === 0 ? end + 4 : end + 6 + digits;
    const length = hexadecimal(digits === 0 ? block.slice(end + 2, end + 4) : block.slice(end + 6, data));
    const next = end + length;
    if (!(next >= data && next <= block.length)) { return undefined; }
    blocks.set(block.slice(end, end + 2), block.slice(data, next));
    end = next;
  }
  return { blocks, end };
}

function hexadecimal(digits: string): number {
  return /^[0-9A-F]+$/.test(digits) ? parseInt(digits, 16) : NaN;
}

type Header = Readonly<Record<'usage' | 'algorithm' | 'mode' | 'exportability', string>>;

/** The header decides what the key becomes, so it must say what the declaration says. */
function headerDifference({ usage, algorithm, mode, exportability }: Header, declared: KeyTraits): string | undefined {
  const modes = MODES.get(mode);
  const isExportable = exportability !== 'N';
  const declareIt = 'The block decides what the key becomes: declare it like that, or store another block';
  if (!declared.usage.startsWith(`TR31_${usage}_`)) { return `is of usage ${usage}, but declared is ${declared.usage}. ${declareIt}`; }
  if (!declared.algorithm.startsWith(ALGORITHMS.get(algorithm) ?? '?')) { return `is of algorithm ${algorithm}, but declared is ${declared.algorithm}. ${declareIt}`; }
  if (!modes || !sameSet(modes, declared.modesOfUse)) {
    return `is of mode of use ${mode}${modes ? `, which is ${modes.join(' and ')}` : ''}, but declared is ${declared.modesOfUse.join(' and ')}. ${declareIt}`;
  }
  if (isExportable !== declared.exportable) {
    return isExportable
      ? `is exportable (${exportability}), but declared is exportable: false. ${declareIt}`
      : `is not exportable (N), but declared is exportable: true, without which no key replicates. ${declareIt}`;
  }
  return undefined;
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every(item => other.includes(item));
}
