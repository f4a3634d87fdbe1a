import { readFileSync } from 'node:fs';
import * as path from 'node:path';

/** The program that docs/failover.md has in a language, as it stands there. */
export function documentedProgram(language: 'python' | 'typescript'): string {
  const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'failover.md'), 'utf8');
  const programs = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code);
  if (programs.length !== 1) { throw new Error(`docs/failover.md should have one program in ${language}, but has ${programs.length}`); }
  return programs[0];
}
