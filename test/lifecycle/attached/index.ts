import { adoptions } from './adoption';
import { aliases } from './alias';
import { Attached } from './attached';
import { defaults } from './defaults';
import { replications } from './replication';
import { tags } from './tags';

/** Every resource type that makes no key itself. */
export const ATTACHED: readonly Attached[] = [aliases, tags, replications, defaults, adoptions];

export const attachedOf = (type: string) => ATTACHED.find(one => one.type === type);
