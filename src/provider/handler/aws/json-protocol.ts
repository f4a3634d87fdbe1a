/** What a service answered in the protocol awsJson1.0 or 1.1. */
export interface JsonAnswer {
  readonly statusCode: number;
  readonly body: any;
  /** The error's name, without what the protocol puts around it. Absent if all is well. */
  readonly error?: string;
}

/** Of a body that is not JSON, what an error may quote. */
const QUOTED_CHARACTERS = 200;

export function jsonAnswer(statusCode: number, headers: Record<string, string>, text: string, quotedCharacters = QUOTED_CHARACTERS): JsonAnswer {
  const body = parsed(text, quotedCharacters);
  return statusCode < 300 ? { statusCode, body } : { statusCode, body, error: errorName(headers['x-amzn-errortype'] ?? body.__type ?? body.code) };
}

/** What the service answered, if all is well. Throws its error otherwise. */
export function successful(answer: JsonAnswer): any {
  if (answer.error) { throw errorOf(answer); }
  return answer.body;
}

/** An error as the SDK's own clients throw it. */
export function errorOf({ statusCode, body, error: name }: JsonAnswer): Error {
  const error = new Error(body.Message ?? body.message ?? body.ResourceId ?? '');
  return Object.assign(error, { name, $fault: statusCode < 500 ? 'client' : 'server' });
}

/** Something between us and the service may answer in another language than JSON. */
function parsed(text: string, quotedCharacters: number): any {
  try { return JSON.parse(text || '{}') ?? {}; } catch { return { Message: text.slice(0, quotedCharacters) }; }
}

/** Spelled `namespace#Name` or `Name:address`, depending on the protocol's age. */
function errorName(code: string | undefined): string {
  return code?.split('#').pop()!.split(':')[0] ?? 'UnknownError';
}
