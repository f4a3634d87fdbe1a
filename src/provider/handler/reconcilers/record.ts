import { list, text } from '../../contract/codec';
import { EMPTY_RECORD } from '../../contract/record';
import { ControlPlane } from '../control-plane/port';
import { ifFound } from '../service-fault';

/** Which Regions a resource gave to what cannot be tagged: to a key of others, by its ARN, or to the account's defaults, by their Region. */
export type RegionRecord = Readonly<Record<string, readonly string[]>>;

/** Empty as well, but written here. */
const EMPTIED = '{ }';
/** Parameter Store's limit for a value of the standard tier. */
const MOST_CHARACTERS = 4096;

export type RecordLook =
  | { readonly record: RegionRecord }
  /** Why it tells nothing. */
  | { readonly gone: string }
  | { readonly unreadable: string };

export async function readRecord(region: string, name: string, plane: ControlPlane): Promise<RecordLook> {
  const value = await ifFound(() => latest(region, name, plane));
  if (value === undefined) { return { gone: `the parameter ${name}, which says which Regions this resource added, does not exist any more` }; }
  const record = parsed(value);
  return record ? { record } : {
    unreadable: `the parameter ${name}, which says which Regions this resource added, cannot be read: ${value.slice(0, 200)}. `
    + 'Nothing was changed. Its history has what it was: '
    + `aws ssm get-parameter-history --region ${region} --name ${name}`,
  };
}

/**
 * Whatever CloudFormation updates about a parameter, its tags for example, it writes the value of the template again. Nothing
 * else ever writes that very text, so what it overwrote is what was written last before.
 */
async function latest(region: string, name: string, plane: ControlPlane): Promise<string> {
  const { value, version } = await plane.readRecord(region, name);
  return value === EMPTY_RECORD && version > 1
    ? (await plane.readRecordHistory(region, name)).filter(former => former !== EMPTY_RECORD).pop() ?? value
    : value;
}

export async function writeRecord(region: string, name: string, record: RegionRecord, plane: ControlPlane): Promise<void> {
  await plane.writeRecord(region, name, encoded(record));
}

/** The one written last comes last. */
export function withRegions(record: RegionRecord, holder: string, regions: readonly string[]): RegionRecord {
  const others = Object.entries(record).filter(([other]) => other !== holder);
  return Object.fromEntries(regions.length > 0 ? [...others, [holder, regions]] : others);
}

/** Keys that were retained stay in it; should there ever be too many, the oldest are forgotten, so that their Regions stay. */
function encoded(record: RegionRecord): string {
  const value = JSON.stringify(record);
  if (value.length > MOST_CHARACTERS) { return encoded(Object.fromEntries(Object.entries(record).slice(1))); }
  return value === EMPTY_RECORD ? EMPTIED : value;
}

function parsed(value: string): RegionRecord | undefined {
  try {
    const record = JSON.parse(value);
    return typeof record === 'object' && record !== null && !Array.isArray(record)
      ? Object.fromEntries(Object.entries(record).map(([holder, regions]) => [holder, list(text).decode(regions, holder)]))
      : undefined;
  } catch {
    return undefined;
  }
}
