import { invalid, quotaExceeded, ServiceError } from '../errors';
import { keyArn, parseArn } from '../identifiers';
import { findAlias, findKey } from '../lookup';
import { page, PageInput } from '../pagination';
import { AliasRecord, Context } from '../service';
import { Alias } from '../shapes';
import { Operations } from './operation';

interface AliasInput {
  readonly AliasName: string;
  readonly KeyArn?: string;
}

function aliasView({ service, region }: Context, { name, keyId }: AliasRecord): Alias {
  return { AliasName: name, ...keyId !== undefined && { KeyArn: keyArn(region, service.options.account, keyId) } };
}

const answer = (context: Context, alias: AliasRecord): object => ({ Alias: aliasView(context, alias) });

/** An alias and its key are in one account and Region. */
function targetOf(context: Context, arn: string | undefined): string | undefined {
  if (arn === undefined) return undefined;
  const { account, region } = parseArn(arn)!;
  if (account !== context.service.options.account || region !== context.region) {
    throw invalid(`KeyArn ${arn} must be a key of the same account and Region as the alias.`);
  }
  const { record } = findKey(context, arn);
  if (record.state === 'DELETE_COMPLETE') throw invalid(`Key ${arn} is deleted.`);
  return record.id;
}

function createAlias(context: Context, { AliasName, KeyArn }: AliasInput): object {
  const { service, region } = context;
  const { aliasQuota, switches } = service.options;
  const aliases = service.aliasesIn(region);
  if (KeyArn === undefined && switches.createAliasWithoutKey === 'ValidationException') throw invalid('KeyArn is missing.');
  const keyId = targetOf(context, KeyArn);
  if (aliases.has(AliasName)) throw new ServiceError('ConflictException', `Alias ${AliasName} already exists.`);
  if (aliases.size >= aliasQuota) throw quotaExceeded(`The quota of ${aliasQuota} aliases in ${region} is exhausted.`);
  const alias: AliasRecord = { name: AliasName, keyId };
  aliases.set(AliasName, alias);
  return answer(context, alias);
}

/** Without a key the alias is unassigned. */
function updateAlias(context: Context, { AliasName, KeyArn }: AliasInput): object {
  const alias = findAlias(context, AliasName);
  alias.keyId = targetOf(context, KeyArn);
  return answer(context, alias);
}

function deleteAlias(context: Context, { AliasName }: AliasInput): object {
  findAlias(context, AliasName);
  context.service.aliasesIn(context.region).delete(AliasName);
  return {};
}

function listAliases(context: Context, input: PageInput & { readonly KeyArn?: string }): object {
  const target = input.KeyArn === undefined ? undefined : findKey(context, input.KeyArn).record.id;
  const aliases = [...context.service.aliasesIn(context.region).values()]
    .filter(alias => target === undefined || alias.keyId === target);
  const { items, NextToken } = page('aliases', aliases, alias => alias.name, input);
  return { Aliases: items.map(alias => aliasView(context, alias)), NextToken };
}

export const aliasOperations: Operations = {
  CreateAlias: createAlias,
  GetAlias: (context: Context, { AliasName }: AliasInput) => answer(context, findAlias(context, AliasName)),
  UpdateAlias: updateAlias,
  DeleteAlias: deleteAlias,
  ListAliases: listAliases,
};
