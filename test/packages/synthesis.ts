import * as path from 'node:path';
import { projectProgram, ROOT } from './places';
import { run } from './programs';

/** Runs an app as a user would, in a process of its own, but with the sources of the library instead of its package. */
export async function synthesizeWithSources(app: string, assembly: string): Promise<void> {
  await run(projectProgram('tsx'), ['--tsconfig', path.join(ROOT, 'tsconfig.dev.json'), app], { cwd: ROOT, env: { CDK_OUTDIR: assembly } });
}
