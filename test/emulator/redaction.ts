import { Model, modelOf } from './model';
import { NOT_KEPT, RequestLogEntry } from './request-log';

const HIDDEN = '***';

/**
 * A value without what the model marks as sensitive: key blocks, plaintexts, PANs, PINs. Of a member that the model does not
 * have, the name is kept and the value hidden: it may be a sensitive one that was misspelled.
 */
function withoutSecrets(model: Model, shapeName: string, value: unknown): unknown {
  const shape = model.shapes[shapeName];
  if (value === null || value === undefined || value === NOT_KEPT) return value;
  if (shape.sensitive) return HIDDEN;
  if (shape.type === 'list') return Array.isArray(value) ? value.map(element => withoutSecrets(model, shape.member!.shape, element)) : HIDDEN;
  if (shape.type === 'map' || shape.type === 'structure') {
    if (typeof value !== 'object' || Array.isArray(value)) return HIDDEN;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => {
      const inner = shape.type === 'map' ? shape.value!.shape : Object.hasOwn(shape.members!, name) ? shape.members![name].shape : undefined;
      return [name, inner === undefined ? HIDDEN : withoutSecrets(model, inner, member)];
    }));
  }
  return typeof value === 'object' ? HIDDEN : value;
}

/** An entry of the request log as files and pages may show it. */
export function redacted(entry: RequestLogEntry): RequestLogEntry {
  const found = entry.operation === undefined ? undefined : modelOf(entry.operation);
  if (found === undefined) return entry;
  const { model, operation } = found;
  return {
    ...entry,
    input: withoutSecrets(model, operation.input.shape, entry.input),
    output: entry.error === undefined ? withoutSecrets(model, operation.output.shape, entry.output) : entry.output,
  };
}
