/** Assets without the CLI. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { assetBucket } from './bootstrap';
import { clientConfig } from './clients';
import { LocalEngine } from './local-engine';
import { pythonEnvironment } from '../../python/environment';

interface AssetManifest {
  readonly files: Record<string, {
    readonly source: { readonly path: string; readonly packaging: 'file' | 'zip' };
    readonly destinations: Record<string, { readonly objectKey: string }>;
  }>;
}

/** Uploads the files that the manifests of an assembly name, but not twice to the same engine. */
export async function publishAssets(engine: LocalEngine, assembly: string, region: string, published: Set<string>): Promise<void> {
  const s3 = new S3Client({ ...clientConfig(engine, region), forcePathStyle: true });
  for (const manifest of fs.readdirSync(assembly).filter(name => name.endsWith('.assets.json'))) {
    const { files } = JSON.parse(fs.readFileSync(path.join(assembly, manifest), 'utf8')) as AssetManifest;
    for (const { source, destinations } of Object.values(files)) {
      const { objectKey } = Object.values(destinations)[0];
      if (published.has(`${region}/${objectKey}`)) continue;
      published.add(`${region}/${objectKey}`);
      const file = path.join(assembly, source.path);
      const body = source.packaging === 'zip' ? await zipped(file, path.join(engine.scratch, objectKey)) : fs.readFileSync(file);
      await s3.send(new PutObjectCommand({ Bucket: assetBucket(engine, region), Key: objectKey, Body: body }));
    }
  }
  s3.destroy();
}

async function zipped(folder: string, archive: string): Promise<Buffer> {
  const { python } = await pythonEnvironment();
  await promisify(execFile)(python, ['-m', 'zipfile', '-c', archive, ...fs.readdirSync(folder)], { cwd: folder });
  return fs.readFileSync(archive);
}
