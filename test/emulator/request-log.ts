/** What is kept of a request. */
export interface RequestLogEntry {
  readonly number: number;
  /** Milliseconds since 1970, on the emulator's clock. */
  readonly time: number;
  readonly durationMilliseconds: number;
  /** The signing name. */
  readonly service?: string;
  readonly operation?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly input?: unknown;
  /** The key the request names, if it existed when the request arrived, and the tags it had then. */
  readonly keyArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The HTTP status; nothing when the connection was lost. */
  readonly status?: number;
  /** The name of the error answered with. */
  readonly error?: string;
  /** Whether the operation took effect. True with an error or without a status: the answer was withheld. */
  readonly executed: boolean;
  readonly output?: unknown;
  /** A fault of the emulator itself: it should never be there. */
  readonly defect?: string;
}

export type RequestListener = (entry: RequestLogEntry) => void;

/** How much a log keeps. What is beyond is forgotten, the oldest first. */
export interface LogBounds {
  readonly entries: number;
  /** Of all inputs and outputs together, about. */
  readonly bytes: number;
}

/** No input or output of the service is larger or deeper. */
const LARGEST_VALUE_BYTES = 256 * 1024;
const DEEPEST_VALUE = 64;
/** What an entry takes besides its input and output. */
const ENTRY_BYTES = 500;
/** To forget one entry at a time would move all others each time. */
const FORGOTTEN_SHARE = 0.1;

/** About how many bytes a value has as JSON. Infinity: it is too large to be kept, nested too deep, or part of itself. */
function bytesOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length > LARGEST_VALUE_BYTES ? Infinity : value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  if (depth === DEEPEST_VALUE) return Infinity;
  let bytes = 2;
  for (const [name, member] of Object.entries(value)) {
    bytes += name.length + 4 + bytesOf(member, depth + 1);
    if (bytes > LARGEST_VALUE_BYTES) return Infinity;
  }
  return bytes;
}

/** In place of an input or output. */
export const NOT_KEPT = 'Not kept: larger or deeper than anything of the service.';

interface Kept {
  readonly value: unknown;
  readonly bytes: number;
}

function keep(value: unknown): Kept {
  const bytes = bytesOf(value);
  return bytes < Infinity ? { value, bytes } : { value: NOT_KEPT, bytes: 0 };
}

/**
 * The last requests, in the order in which they were answered.
 *
 * The log only looks on. Whatever a request holds and whatever a listener does, the answer is the same: an input that is too
 * large or too deep is replaced by a sentence; a listener that throws is reported once, and called again for the next request.
 */
export class RequestLog {
  private kept: RequestLogEntry[] = [];
  /** Bytes of each entry that is kept. */
  private sizes: number[] = [];
  private bytes = 0;
  private count = 0;
  private readonly listeners = new Set<RequestListener>();
  private readonly failedListeners = new WeakSet<RequestListener>();

  constructor(private readonly bounds: LogBounds) {}

  get entries(): readonly RequestLogEntry[] {
    return this.kept;
  }

  add({ input, output, ...rest }: Omit<RequestLogEntry, 'number'>): void {
    this.count += 1;
    const [keptInput, keptOutput] = [keep(input), keep(output)];
    const entry: RequestLogEntry = { number: this.count, ...rest, input: keptInput.value, output: keptOutput.value };
    this.append(entry, ENTRY_BYTES + keptInput.bytes + keptOutput.bytes);
    this.listeners.forEach(listener => this.tell(listener, entry));
  }

  /** Calls the listener for every later request; the result ends that. */
  listen(listener: RequestListener): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  clear(): void {
    this.kept = [];
    this.sizes = [];
    this.bytes = 0;
    this.count = 0;
  }

  private append(entry: RequestLogEntry, bytes: number): void {
    this.kept.push(entry);
    this.sizes.push(bytes);
    this.bytes += bytes;
    while (this.kept.length > this.bounds.entries || this.bytes > this.bounds.bytes) {
      const forgotten = Math.ceil(this.kept.length * FORGOTTEN_SHARE);
      this.kept.splice(0, forgotten);
      this.bytes -= this.sizes.splice(0, forgotten).reduce((sum, size) => sum + size, 0);
    }
  }

  private tell(listener: RequestListener, entry: RequestLogEntry): void {
    try {
      listener(entry);
    } catch (error) {
      if (this.failedListeners.has(listener)) return;
      this.failedListeners.add(listener);
      process.emitWarning(`A request could not be reported, and this is said once: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** A request on one line, without its input. */
export function logLine(entry: RequestLogEntry): string {
  const outcome = entry.status === undefined ? 'connection lost' : `${entry.status}${entry.error ? ` ${entry.error}` : ''}`;
  return [
    new Date(entry.time).toISOString(),
    entry.region ?? '-',
    entry.service ?? '-',
    entry.operation ?? '-',
    outcome,
    `${Math.round(entry.durationMilliseconds)}ms`,
    entry.keyArn ?? '',
    entry.defect ?? '',
  ].join(' ').trimEnd();
}
