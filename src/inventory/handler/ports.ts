import { AliasPage, KeyPage, ObservedKey, TagPage } from './observations';
import { InventoryLogCode } from '../contract/log-codes';

/** What an inventory asks and writes. Every method of the services is one request, and throws `ServiceFault`, nothing else. */
export interface InventoryPorts {
  readonly keys: Keys;
  readonly stacks: Stacks;
  readonly files: Files;
  readonly settings: Settings;
  readonly log: InventoryLog;
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

/** What the deployment chose. */
export interface Settings {
  readonly account: string;
  readonly regions: readonly string[];
  readonly prefix: string;
  readonly bucket: string;
  readonly libraryVersion: string;
}

/** AWS Payment Cryptography. Nothing of it changes anything. */
export interface Keys {
  listKeys(region: string, nextToken?: string): Promise<KeyPage>;
  listAliases(region: string, nextToken?: string): Promise<AliasPage>;
  getKey(keyArn: string): Promise<ObservedKey>;
  listTags(keyArn: string, nextToken?: string): Promise<TagPage>;
}

/** AWS CloudFormation. */
export interface Stacks {
  /** The stack by its id; `undefined` when it is deleted, or was never there. */
  describeStack(stackId: string): Promise<{ readonly stackName: string } | undefined>;
  /** Resources that are still there, a page of them. */
  listStackResources(stackId: string, nextToken?: string): Promise<StackResourcePage>;
}

export interface StackResource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

export interface StackResourcePage {
  readonly resources: readonly StackResource[];
  readonly nextToken?: string;
}

/** The bucket. Names are below the prefix. */
export interface Files {
  /** Writes an object as a whole, unless one of that name is there already: then it stays as it is. */
  create(name: string, text: string, contentType: string): Promise<void>;
  read(name: string): Promise<string>;
  /** The names that begin with this, in the order of their characters. Read consistently. */
  list(beginning: string): Promise<readonly string[]>;
  remove(names: readonly string[]): Promise<void>;
}

export type LogFacts = Readonly<Record<string, string | number>>;

/** One JSON object a line. */
export type InventoryLog = (level: 'INFO' | 'WARN' | 'ERROR', code: InventoryLogCode | undefined, message: string, facts?: LogFacts) => void;
