import { Item, RequestRecord } from './item';
import { OwnedRegions } from '../reconcilers/reconciler';

/** The record of a request, whether it is in charge or was inherited; `undefined` when nothing of it is left. */
export function recordOf(item: Item, requestId: string): RequestRecord | undefined {
  return item.request.requestId === requestId ? item.request
    : item.inherited.find(({ request }) => request.requestId === requestId)?.request;
}

/** The item with that record changed. */
export function withRecord(item: Item, requestId: string, change: (record: RequestRecord) => RequestRecord): Item {
  return item.request.requestId === requestId
    ? { ...item, request: change(item.request) }
    : {
      ...item,
      inherited: item.inherited.map(one => one.request.requestId === requestId ? { ...one, request: change(one.request) } : one),
    };
}

export function withoutInherited(item: Item, requestId: string): Item {
  return { ...item, inherited: item.inherited.filter(({ request }) => request.requestId !== requestId) };
}

export function ownedRegions({ owned }: Item, physicalId: string): readonly string[] {
  return owned.find(one => one.physicalId === physicalId)?.regions ?? [];
}

/** No entry says the same as one without Regions. */
export function withOwned(item: Item, owned: OwnedRegions | undefined): Item {
  if (!owned) { return item; }
  const others = item.owned.filter(({ physicalId }) => physicalId !== owned.physicalId);
  return { ...item, owned: owned.regions.length > 0 ? [...others, owned] : others };
}
