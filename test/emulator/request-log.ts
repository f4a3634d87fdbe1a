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

/** Every request, in the order in which they were answered. */
export class RequestLog {
  private kept: RequestLogEntry[] = [];
  private readonly listeners = new Set<RequestListener>();

  get entries(): readonly RequestLogEntry[] {
    return this.kept;
  }

  add(entry: Omit<RequestLogEntry, 'number'>): void {
    const numbered = { number: this.kept.length + 1, ...entry };
    this.kept.push(numbered);
    this.listeners.forEach(listener => listener(numbered));
  }

  /** Calls the listener for every later request; the result ends that. */
  listen(listener: RequestListener): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  clear(): void {
    this.kept = [];
  }
}

/** A request on one line, without its input: inputs of later operations hold key material. */
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
