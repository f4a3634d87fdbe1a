export { type KeyBlockHeader, type KeyBlockVersion, readHeaderAlone, writeHeader } from './header';
export { KeyBlockError, type KeyBlockFault } from './key-block-error';
export { openKeyBlock, type OpenedKeyBlock, type ParsedKeyBlock, parseKeyBlock, sealKeyBlock } from './key-block';
export { type HmacHash, hmacHashCode, hmacHashOf, type OptionalBlocks } from './optional-blocks';
