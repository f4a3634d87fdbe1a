import { createHash } from 'crypto';
import { MEANINGS, OwnershipKind } from './ownership';
import { FORMAT } from './plan';
import { InventoryRow, RegionReading } from './rows';
import { Plan } from './work-files';

/** What a run found, and by what its files are known again. It is written last: a run without it is not complete. */
export interface Summary {
  readonly format: number;
  readonly execution: string;
  readonly startedAt: string;
  readonly account: string;
  readonly createdBy: { readonly name: string; readonly version: string };
  readonly files: Readonly<Record<string, FileSummary>>;
  readonly regions: readonly RegionSummary[];
  readonly keys: KeySummary;
}

interface FileSummary {
  /** Of the bytes of the object, in hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  /** Without the heading. */
  readonly rows: number;
}

interface RegionSummary {
  readonly region: string;
  /** The inventory holds what was there at this moment. */
  readonly listedAt: string;
  /** When the last key was described. Absent without keys. */
  readonly describedUntil?: string;
  /** Primaries, replicas and keys of a single Region. */
  readonly keys: number;
  readonly aliases: number;
  /** Aliases that belong to no key. */
  readonly aliasesWithoutKey: readonly string[];
  /** Keys that were listed, and deleted before they were described. They are not in the table. */
  readonly disappeared: readonly string[];
}

interface KeySummary {
  /** Rows of the table. */
  readonly total: number;
  readonly byOwnership: Readonly<Record<OwnershipKind, number>>;
  readonly declaredByNobody: number;
  /** The keys that a stack made and that no stack declares any more. They are billed in each of their Regions. */
  readonly retainedWithoutStack: readonly RetainedKey[];
}

interface RetainedKey {
  readonly keyArn: string;
  readonly usage: string;
  readonly state: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly ownership: OwnershipKind;
}

const NAME = 'cdk-multi-region-payment-keys';

/** Follows from the work files alone, to the byte, however often it is made. */
export function summaryOf(
  plan: Plan, readings: readonly RegionReading[], rows: readonly InventoryRow[], files: Readonly<Record<string, string>>,
): Summary {
  const { execution, startedAt, account, libraryVersion } = plan;
  return {
    format: FORMAT,
    execution,
    startedAt,
    account,
    createdBy: { name: NAME, version: libraryVersion },
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, fileSummary(text, rows.length)])),
    regions: readings.map(regionSummary),
    keys: keySummary(rows),
  };
}

function fileSummary(text: string, rows: number): FileSummary {
  return { sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text), rows };
}

function regionSummary({ region, listing: { listedAt, aliases }, observations }: RegionReading): RegionSummary {
  return {
    region,
    listedAt,
    describedUntil: observations.map(({ observedAt }) => observedAt).sort().pop(),
    keys: observations.filter(({ kind }) => kind === 'described').length,
    aliases: aliases.length,
    aliasesWithoutKey: aliases.filter(({ keyArn }) => keyArn === undefined).map(({ aliasName }) => aliasName),
    disappeared: observations.flatMap(observation => observation.kind === 'disappeared' ? [observation.keyArn] : []),
  };
}

function keySummary(rows: readonly InventoryRow[]): KeySummary {
  const count = (counts: (row: InventoryRow) => boolean) => rows.filter(counts).length;
  const kinds = Object.keys(MEANINGS) as OwnershipKind[];
  return {
    total: rows.length,
    byOwnership: Object.fromEntries(kinds.map(kind => [kind, count(({ ownership }) => ownership.kind === kind)])) as Record<OwnershipKind, number>,
    declaredByNobody: count(({ declaredByNobody }) => declaredByNobody === 'yes'),
    retainedWithoutStack: rows.flatMap(({ keyArn, usage, state, ownership }) => {
      if (!MEANINGS[ownership.kind].retainedWithoutStack || !('stackName' in ownership)) { return []; }
      const { stackName: stack, logicalId, kind } = ownership;
      return [{ keyArn, usage, state, stack, logicalId, ownership: kind }];
    }),
  };
}
