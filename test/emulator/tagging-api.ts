import { ServiceError } from './errors';
import { Operations } from './operations/operation';
import { page, PageInput } from './pagination';
import { Context } from './service';
import { Tag } from './shapes';

interface TagFilter {
  readonly Key: string;
  readonly Values: readonly string[];
}

interface GetResourcesInput {
  readonly TagFilters?: readonly TagFilter[];
  readonly ResourceTypeFilters?: readonly string[];
  readonly ResourcesPerPage?: number;
  readonly PaginationToken?: string;
}

const RESOURCE_TYPES = ['payment-cryptography', 'payment-cryptography:key'];
const refuse = (message: string): ServiceError => new ServiceError('InvalidParameterException', message);

const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(element => typeof element === 'string');

/** This API has no model here, so its few constraints are written out. */
function readTagFilter(value: unknown): TagFilter {
  const { Key, Values = [] } = (value ?? {}) as { Key?: unknown; Values?: unknown };
  if (typeof Key !== 'string' || Key.length < 1 || Key.length > 128) throw refuse('Each TagFilter must have a Key of 1 to 128 characters.');
  if (!isStrings(Values) || Values.length > 20) throw refuse('The Values of a TagFilter must be at most 20 strings.');
  return { Key, Values };
}

function readGetResourcesInput(value: unknown): GetResourcesInput {
  const input = (value ?? {}) as Record<string, unknown>;
  const { TagFilters, ResourceTypeFilters, ResourcesPerPage = 50, PaginationToken } = input;
  if (TagFilters !== undefined && (!Array.isArray(TagFilters) || TagFilters.length > 50)) throw refuse('TagFilters must be at most 50 filters.');
  if (ResourceTypeFilters !== undefined && !isStrings(ResourceTypeFilters)) throw refuse('ResourceTypeFilters must be strings.');
  if (!Number.isInteger(ResourcesPerPage) || (ResourcesPerPage as number) < 1 || (ResourcesPerPage as number) > 100) {
    throw refuse('ResourcesPerPage must be an integer from 1 to 100.');
  }
  if (PaginationToken !== undefined && typeof PaginationToken !== 'string') throw refuse('PaginationToken must be a string.');
  return {
    TagFilters: TagFilters?.map(readTagFilter),
    ResourceTypeFilters,
    ResourcesPerPage: ResourcesPerPage as number,
    PaginationToken: PaginationToken === '' ? undefined : PaginationToken,
  };
}

const passes = (tags: readonly Tag[], { Key, Values }: TagFilter): boolean =>
  tags.some(tag => tag.Key === Key && (Values.length === 0 || Values.includes(tag.Value)));

function getResources({ service, region, now }: Context, value: unknown): object {
  const { TagFilters, ResourceTypeFilters, ResourcesPerPage, PaginationToken } = readGetResourcesInput(value);
  const typeFits = !ResourceTypeFilters?.length || ResourceTypeFilters.some(type => RESOURCE_TYPES.includes(type));
  const found = service.tagIndex.list(region, now)
    .filter(({ tags }) => typeFits && (TagFilters ?? []).every(filter => passes(tags, filter)));
  const { items, NextToken = '' } = pageOf(found, { MaxResults: ResourcesPerPage, NextToken: PaginationToken });
  return {
    PaginationToken: NextToken,
    ResourceTagMappingList: items.map(({ arn, tags }) => ({ ResourceARN: arn, Tags: tags })),
  };
}

function pageOf<T extends { readonly arn: string }>(found: T[], input: PageInput): { items: T[]; NextToken?: string } {
  try {
    return page('resources', found, ({ arn }) => arn, input);
  } catch {
    throw refuse('PaginationToken is not valid.');
  }
}

/** The one operation of the Resource Groups Tagging API that finds keys by their tags. */
export const taggingOperations: Operations = { GetResources: getResources };
