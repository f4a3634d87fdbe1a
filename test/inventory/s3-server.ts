import * as http from 'http';
import { AddressInfo } from 'net';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

export interface S3Request {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
}

/** The part of Amazon S3 over HTTP that an inventory uses, for one bucket: conditional PutObject, GetObject, ListObjectsV2 and DeleteObjects. */
export class S3Server {
  static async start(bucket: string): Promise<S3Server> {
    const server = new S3Server(bucket);
    await new Promise<void>(resolve => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  readonly objects = new Map<string, { readonly body: Buffer; readonly contentType?: string }>();
  readonly requests: S3Request[] = [];
  /** Names in an answer of ListObjectsV2. */
  pageLength = 2;

  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const { status, body } = this.answer(request, Buffer.concat(chunks));
      response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
    });
  });

  private constructor(private readonly bucket: string) {}

  /** Answers instead, if it says something. */
  refuse: (request: S3Request) => { readonly status: number; readonly code: string } | undefined = () => undefined;

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private answer({ method, url, headers }: http.IncomingMessage, body: Buffer): { readonly status: number; readonly body?: string | Buffer } {
    const { pathname, searchParams: query } = new URL(url!, this.url);
    const [, bucket, ...rest] = decodeURIComponent(pathname).split('/');
    const key = rest.join('/');
    const request = { method: method!, key, query, headers };
    this.requests.push(request);
    const refusal = bucket === this.bucket ? this.refuse(request) : { status: 404, code: 'NoSuchBucket' };
    if (refusal) { return error(refusal.status, refusal.code); }
    if (method === 'PUT') {
      if (headers['if-none-match'] === '*' && this.objects.has(key)) { return error(412, 'PreconditionFailed'); }
      this.objects.set(key, { body, contentType: headers['content-type'] });
      return { status: 200 };
    }
    if (method === 'GET' && key !== '') {
      const found = this.objects.get(key);
      return found ? { status: 200, body: found.body } : error(404, 'NoSuchKey');
    }
    if (method === 'GET' && query.get('list-type') === '2') { return { status: 200, body: this.list(query.get('prefix') ?? '', query.get('continuation-token') ?? '') }; }
    if (method === 'POST' && query.has('delete')) {
      [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].forEach(([, name]) => this.objects.delete(name));
      return { status: 200, body: `<DeleteResult ${NAMESPACE}/>` };
    }
    return error(501, 'NotImplemented');
  }

  private list(prefix: string, after: string): string {
    const names = [...this.objects.keys()].filter(name => name.startsWith(prefix) && name > after).sort();
    const page = names.slice(0, this.pageLength);
    const more = names.length > page.length ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page[page.length - 1]}</NextContinuationToken>` : '';
    return `<ListBucketResult ${NAMESPACE}>${page.map(name => `<Contents><Key>${name}</Key></Contents>`).join('')}${more}</ListBucketResult>`;
  }
}

const error = (status: number, code: string) => ({ status, body: `<Error><Code>${code}</Code><Message>because</Message></Error>` });
