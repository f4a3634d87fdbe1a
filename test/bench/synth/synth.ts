import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { BuildOptions, buildSync } from 'esbuild';
import { median } from '../median';

const ROOT = path.join(__dirname, '..', '..', '..');

export const SYNTH_KINDS = ['CfnKey', 'CfnKey beside a function', 'this library', 'Provider framework'] as const;
export const LIBRARIES = ['aws-cdk-lib', 'aws-cdk-lib-newest'] as const;
export type Library = typeof LIBRARIES[number];

/** The app and the library as plain JavaScript, as users run them: compiled, not bundled with aws-cdk-lib. */
export class SynthApps {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'bench-synth-'));
  private readonly app = path.join(this.folder, 'app.js');

  constructor() {
    // As deep as in the package, so that the handler's bundle is found.
    const library = path.join(this.folder, 'lib', 'provider', 'index.js');
    const options: BuildOptions = {
      bundle: true, platform: 'node', target: 'node20', external: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'], absWorkingDir: ROOT,
    };
    buildSync({ ...options, entryPoints: ['src/index.ts'], outfile: library });
    buildSync({ ...options, entryPoints: [path.join(__dirname, 'app.ts')], outfile: this.app });
    symlinkSync(path.join(ROOT, 'lib', 'assets'), path.join(this.folder, 'lib', 'assets'));
    symlinkSync(path.join(ROOT, 'lib', 'assets'), path.join(this.folder, 'assets'));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.folder, 'node_modules'));
    process.env.BENCH_LIBRARY = library;
    process.env.BENCH_ASSET = path.join(ROOT, 'lib', 'assets', 'provider', 'handler', 'index');
  }

  /** Seconds of the whole process. */
  seconds(kind: string, keys: number, library: Library, runs: number): number {
    return median(Array.from({ length: runs }, () => this.run(kind, keys, library).seconds));
  }

  template(kind: string, keys: number): { readonly bytes: number; readonly types: readonly string[] } {
    const { template } = this.run(kind, keys, 'aws-cdk-lib');
    const { Resources } = JSON.parse(template) as { readonly Resources: Record<string, { readonly Type: string }> };
    return { bytes: template.length, types: Object.values(Resources).map(({ Type }) => Type) };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(kind: string, keys: number, library: Library): { readonly seconds: number; readonly template: string } {
    const out = path.join(this.folder, 'cdk.out');
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    const began = process.hrtime.bigint();
    execFileSync(process.execPath, [this.app, kind, String(keys), library], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CDK_OUTDIR: out, CDK_VALIDATION: 'false', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
    });
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    return { seconds, template: readFileSync(path.join(out, 'Payments.template.json'), 'utf8') };
  }
}
