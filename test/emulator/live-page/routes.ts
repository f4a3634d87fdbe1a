import { livePageAnswer } from './page';
import { HttpRequest } from '../http-request';
import { HttpAnswer } from '../protocols';

export interface LiveRoute {
  readonly help: string;
  readonly answer: () => HttpAnswer | 'stream';
}

export const LIVE_ROUTES: Readonly<Record<string, LiveRoute>> = {
  'GET /': { help: 'the live page, for a browser', answer: livePageAnswer },
  'GET /_emulator/events': {
    help: 'what the live page shows, and each change of it, as server-sent events',
    answer: () => 'stream',
  },
};

/** Whether a request asks for the live page or its stream. No browser signs a request, and a signed one is for an operation. */
export function liveRoute({ method, path, headers }: HttpRequest): LiveRoute | undefined {
  const name = `${method === 'HEAD' && path === '/' ? 'GET' : method} ${path}`;
  return headers.authorization === undefined && Object.hasOwn(LIVE_ROUTES, name) ? LIVE_ROUTES[name] : undefined;
}
