/** What a service answered in the protocol awsJson1.0. */
export interface JsonAnswer {
  readonly statusCode: number;
  readonly body: any;
  /** The error's name, without what the protocol puts around it. Absent if all is well. */
  readonly error?: string;
}

export function jsonAnswer(statusCode: number, headers: Record<string, string>, text: string): JsonAnswer {
  const body = parsed(text);
  return statusCode < 300 ? { statusCode, body } : { statusCode, body, error: errorName(headers['x-amzn-errortype'] ?? body.__type ?? body.code) };
}

/** An error as the SDK's own clients throw it. */
export function errorOf({ statusCode, body, error: name }: JsonAnswer): Error {
  const error = new Error(body.Message ?? body.message ?? body.ResourceId ?? '');
  return Object.assign(error, { name, $fault: statusCode < 500 ? 'client' : 'server' });
}

/** Something between us and the service may answer in another language than JSON. */
function parsed(text: string): any {
  try { return JSON.parse(text || '{}'); } catch { return { Message: text.slice(0, 200) }; }
}

/** Spelled `namespace#Name` or `Name:address`, depending on the protocol's age. */
function errorName(code: string | undefined): string {
  return code?.split('#').pop()!.split(':')[0] ?? 'UnknownError';
}
