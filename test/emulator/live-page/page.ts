import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { HttpAnswer } from '../protocols';

/** Beside this file, and beside the bundle of the emulator's package. */
export const PAGE_FILE = path.join(__dirname, 'live-page.html');

/** What stands in the only element of a kind, as a source that the browser may run or apply. */
function inlineSource(html: string, element: 'script' | 'style'): string {
  const [, text] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(html)!;
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The page can load nothing, send nothing but requests to this emulator, and run nothing that is not in the file. */
const contentSecurityPolicy = (html: string): string => [
  "default-src 'none'",
  `script-src ${inlineSource(html, 'script')}`,
  `style-src ${inlineSource(html, 'style')}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Read when somebody asks for it, so that a page that was edited needs no restart. */
export function livePageAnswer(): HttpAnswer {
  const html = fs.readFileSync(PAGE_FILE, 'utf8');
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(html),
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: html,
  };
}
