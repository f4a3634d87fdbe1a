/** How each language's package is built, and how an app of that language gets and uses it. One row per language. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { zipSync } from 'fflate';
import { ROOT, TOOLS, projectProgram } from './places';
import { answer, run } from './programs';
import { go, requireMaven } from './tools';
import { findPython } from '../python/environment';

/** Where one language's work happens. */
export interface Bench {
  /** Where jsii-pacmak puts the packages; each language has a folder in it. */
  readonly packages: string;
  /** A copy of the language's app, outside of the project. */
  readonly app: string;
  /** For what the app's tools need besides. */
  readonly scratch: string;
}

export interface Language {
  /** Its name to jsii-pacmak. */
  readonly target: string;
  /** Fails when something is absent that cannot be installed. */
  readonly prepare?: () => Promise<void>;
  readonly build: (packages: string) => Promise<void>;
  /** The archives that hold the npm package. */
  readonly archives: (packages: string) => string[];
  /** Installs the built package and the app's other dependencies, as a user would. */
  readonly install: (bench: Bench) => Promise<Application>;
  readonly quickStart: QuickStart;
}

/** Its section of docs/quick-start.md, and what keeps the downloads of its commands inside of the project. */
export interface QuickStart {
  readonly heading: string;
  readonly env?: () => Promise<Record<string, string>>;
  /** Texts of files beside the app, by their names. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Application {
  readonly program: string;
  readonly args: string[];
  readonly env?: Record<string, string>;
}

const VERSION = '0.0.0';
const { jsii: { targets: TARGETS } } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

const MAVEN_REPOSITORY = path.join(TOOLS, 'm2');
const MAVEN_GROUP: string = TARGETS.java.maven.groupId;

const GO_PACKAGE: string = TARGETS.java.package.split('.').pop();
const GO_MODULE = `${TARGETS.go.moduleName}/${GO_PACKAGE}`;
const GO_CACHE = path.join(TOOLS, 'go-modules');

export const LANGUAGES: Readonly<Record<string, Language>> = {
  typescript: {
    target: 'js',
    build: packages => pacmak(packages, ['js']),
    archives: packages => filesIn(path.join(packages, 'js'), '.tgz'),
    install: async ({ packages, app }) => {
      const [tarball] = filesIn(path.join(packages, 'js'), '.tgz');
      await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], { cwd: app });
      await run(process.execPath, [path.join(app, 'node_modules', 'typescript', 'bin', 'tsc')], { cwd: app });
      return { program: process.execPath, args: ['app.js'] };
    },
    quickStart: { heading: 'TypeScript' },
  },

  python: {
    target: 'python',
    build: packages => pacmak(packages, ['python']),
    archives: packages => filesIn(path.join(packages, 'python'), '.whl'),
    install: async ({ packages, app, scratch }) => {
      const environment = path.join(scratch, 'venv');
      const python = path.join(environment, 'bin', 'python');
      await run(await findPython(), ['-m', 'venv', environment], { cwd: app });
      const [wheel] = filesIn(path.join(packages, 'python'), '.whl');
      await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '-r', 'requirements.txt', wheel], { cwd: app });
      return { program: python, args: ['app.py'] };
    },
    quickStart: { heading: 'Python' },
  },

  java: {
    target: 'java',
    prepare: requireMaven,
    build: packages => pacmak(packages, ['java'], `--maven-local-repository=${MAVEN_REPOSITORY}`),
    archives: packages => filesIn(path.join(packages, 'java', ...MAVEN_GROUP.split('.'), TARGETS.java.maven.artifactId, VERSION), `${VERSION}.jar`),
    install: async ({ packages, app, scratch }) => {
      // Both left behind by the build, or by an earlier run: the app must get the package from the repository.
      rmSync(path.join(MAVEN_REPOSITORY, ...MAVEN_GROUP.split('.')), { recursive: true, force: true });
      const settings = path.join(scratch, 'settings.xml');
      writeFileSync(settings, mavenSettings(path.join(packages, 'java')));
      const maven = ['--quiet', '--batch-mode', '--global-settings', settings, `-Dmaven.repo.local=${MAVEN_REPOSITORY}`];
      await run('mvn', [...maven, 'compile'], { cwd: app });
      return { program: 'mvn', args: [...maven, 'exec:java'] };
    },
    quickStart: { heading: 'Java', settings: { '.mvn/maven.config': `-Dmaven.repo.local=${MAVEN_REPOSITORY}\n` } },
  },

  go: {
    target: 'go',
    // jsii-pacmak would build it without go.sum, and so without a check of what it downloads; the app builds it too.
    build: packages => pacmak(packages, ['go'], '--code-only'),
    archives: packages => filesIn(path.join(packages, 'go', GO_PACKAGE, 'jsii'), '.tgz'),
    install: async ({ packages, app, scratch }) => {
      for (const leftBehind of ['', path.join('cache', 'download')]) {
        rmSync(path.join(GO_CACHE, leftBehind, path.dirname(TARGETS.go.moduleName)), { recursive: true, force: true });
      }
      const proxy = path.join(scratch, 'proxy');
      publishGoModule(path.join(packages, 'go', GO_PACKAGE), proxy);
      const folder = await go();
      const env = {
        ...goSurroundings(folder),
        GOPROXY: [`file://${proxy}`, await answer(path.join(folder, 'go'), 'env', 'GOPROXY')].filter(Boolean).join(','),
        // Only what was built here: all else is held to the go.sum of the app.
        GONOSUMDB: [GO_MODULE, process.env.GONOSUMDB].filter(Boolean).join(','),
      };
      await run(path.join(folder, 'go'), ['build', '-o', 'consumer', '.'], { cwd: app, env });
      await run(path.join(folder, 'go'), ['build', `${GO_MODULE}/...`], { cwd: app, env });
      return { program: path.join(app, 'consumer'), args: [] };
    },
    quickStart: { heading: 'Go', env: async () => goSurroundings(await go()) },
  },
};

/** @param folder of the `go` program */
function goSurroundings(folder: string): Record<string, string> {
  return {
    PATH: [folder, process.env.PATH].join(path.delimiter),
    GOMODCACHE: GO_CACHE,
    GOCACHE: path.join(TOOLS, 'go-build'),
    GOFLAGS: '-mod=mod -modcacherw',
  };
}

/** Generates and builds, or with `--code-only` just generates, the packages of targets. */
export async function pacmak(packages: string, targets: readonly string[], ...more: string[]): Promise<void> {
  for (const target of targets) { rmSync(path.join(packages, target), { recursive: true, force: true }); }
  await run(projectProgram('jsii-pacmak'), ['--outdir', packages, ...targets.flatMap(target => ['--target', target]), ...more], { cwd: ROOT });
}

function filesIn(folder: string, ending: string): string[] {
  const files = readdirSync(folder).filter(name => name.endsWith(ending)).map(name => path.join(folder, name));
  if (files.length !== 1) { throw new Error(`There should be one *${ending} in ${folder}, but there are ${files.length}`); }
  return files;
}

function mavenSettings(repository: string): string {
  return `<settings>
  <profiles>
    <profile>
      <id>built</id>
      <repositories>
        <repository><id>built</id><url>file://${repository}</url></repository>
      </repositories>
    </profile>
  </profiles>
  <activeProfiles><activeProfile>built</activeProfile></activeProfiles>
</settings>
`;
}

/** A folder from which Go takes a module as it does from a module proxy (Go Modules Reference, "GOPROXY protocol"). */
function publishGoModule(source: string, proxy: string): void {
  const folder = path.join(proxy, GO_MODULE, '@v');
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(source, 'go.mod'), path.join(folder, `v${VERSION}.mod`));
  writeFileSync(path.join(folder, `v${VERSION}.info`), JSON.stringify({ Version: `v${VERSION}` }));
  writeFileSync(path.join(folder, 'list'), `v${VERSION}\n`);
  const files = readdirSync(source, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
  const zip = zipSync(Object.fromEntries(files.map(file =>
    [`${GO_MODULE}@v${VERSION}/${path.relative(source, file).split(path.sep).join('/')}`, readFileSync(file)])));
  writeFileSync(path.join(folder, `v${VERSION}.zip`), zip);
}
