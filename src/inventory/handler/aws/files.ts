import {
  DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, ListObjectsV2CommandOutput, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import { ClientConfig } from '../../../provider/handler/aws/client-config';
import { sent } from '../../../provider/handler/aws/sent';
import { Files } from '../ports';

/** API: DeleteObjects. */
const MOST_IN_ONE_DELETION = 1000;

export interface Place {
  readonly bucket: string;
  /** The account of the bucket. If it was deleted, and somebody else made one of its name, nothing is written there. */
  readonly owner: string;
  readonly prefix: string;
}

/** Objects of a bucket below a prefix. Amazon S3 writes an object as a whole or not at all, and reads and lists consistently. */
export function filesIn(config: ClientConfig, region: string, { bucket, owner, prefix }: Place): Files {
  const client = new S3Client({ ...config, region, followRegionRedirects: true });
  const inBucket = { Bucket: bucket, ExpectedBucketOwner: owner };
  const key = (name: string) => `${prefix}/${name}`;
  const send = <T>(operation: string, call: () => Promise<T>) => sent('s3', operation, region, call);

  const list = async (beginning: string): Promise<string[]> => {
    const names: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await send('ListObjectsV2', () =>
        client.send(new ListObjectsV2Command({ ...inBucket, Prefix: key(beginning), ContinuationToken })));
      names.push(...(page.Contents ?? []).map(({ Key }) => Key!.slice(prefix.length + 1)));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return names;
  };

  return {
    create: async (name, text, contentType) => send('PutObject', async () => {
      try {
        await client.send(new PutObjectCommand({ ...inBucket, Key: key(name), Body: text, ContentType: contentType, IfNoneMatch: '*' }));
      } catch (error) {
        if ((error as Error).name !== 'PreconditionFailed') { throw error; }
      }
    }),
    read: async name => send('GetObject', async () => {
      const { Body } = await client.send(new GetObjectCommand({ ...inBucket, Key: key(name) }));
      return Body!.transformToString('utf-8');
    }),
    list,
    remove: async names => {
      for (let from = 0; from < names.length; from += MOST_IN_ONE_DELETION) {
        const objects = names.slice(from, from + MOST_IN_ONE_DELETION).map(name => ({ Key: key(name) }));
        await send('DeleteObjects', async () => {
          const Delete = { Objects: objects, Quiet: true };
          const { Errors: [refused] = [] } = await client.send(new DeleteObjectsCommand({ ...inBucket, Delete }));
          if (refused) { throw Object.assign(new Error(`${refused.Key}: ${refused.Message}`), { name: refused.Code }); }
        });
      }
    },
  };
}
