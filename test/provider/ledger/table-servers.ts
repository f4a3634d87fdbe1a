import { ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import * as net from 'node:net';
import { clientConfig } from '../../../src/provider/handler/aws/client-config';
import { dynamoDb } from '../../../src/provider/handler/aws/dynamodb';
import { Ledger } from '../../../src/provider/handler/ledger/port';
import { LimiterTable } from '../../../src/provider/handler/quota/port';
import { startLocalEngine } from '../../e2e/engine/local-engine';
import { loopbackEnvironment, pythonEnvironment } from '../../python/environment';

const REGION = 'us-east-1';
const START_MS = 30_000;

/** Something that speaks the protocol of Amazon DynamoDB, and that nobody of this project wrote. */
export interface TableServer {
  /** A new table, through the handler's adapter. */
  createTable(): Promise<DeployedTable>;
  stop(): Promise<void>;
}

export interface DeployedTable {
  readonly table: Ledger & LimiterTable;
  /** An item as an operator sees it. */
  attributes(id: string): Promise<Record<string, unknown>>;
  drop(): Promise<void>;
}

/** MiniStack, under which everything is deployed in the end-to-end tests. */
export async function localEngine(): Promise<TableServer> {
  const engine = await startLocalEngine();
  return tableServer(engine.url, () => engine.stop());
}

const MOTO_IN_ONE_THREAD = `
import sys
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple('127.0.0.1', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;

/**
 * The server of moto, a mock of AWS for Python. Its own command answers in many threads, and two of them may take the same
 * number from a counter, which DynamoDB never does: writes of one item are serialized (DynamoDB: atomic counters). So it has one thread here.
 */
export async function motoServer(): Promise<TableServer> {
  const { python } = await pythonEnvironment();
  const port = await freePort();
  const child = spawn(python, ['-c', MOTO_IN_ONE_THREAD, String(port)], {
    env: loopbackEnvironment(), stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswering(url, child);
  return tableServer(url, async () => {
    const ended = new Promise(resolve => child.once('close', resolve));
    child.kill();
    await ended;
  });
}

function tableServer(url: string, stop: () => Promise<void>): TableServer {
  const ask = async (operation: string, input: object): Promise<any> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'authorization': `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    });
    if (!response.ok) { throw new Error(`${operation}: HTTP ${response.status}: ${await response.text()}`); }
    return response.json();
  };
  return {
    stop,
    async createTable() {
      const TableName = `ledger-${randomUUID()}`;
      await ask('CreateTable', {
        TableName,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      });
      Object.assign(process.env, { AWS_ENDPOINT_URL_DYNAMODB: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
      const { ledger, limiterTable } = dynamoDb(clientConfig(), REGION, TableName);
      return {
        table: { ...ledger, ...limiterTable },
        attributes: async id => (await ask('GetItem', { TableName, Key: { id: { S: id } } })).Item,
        drop: () => ask('DeleteTable', { TableName }),
      };
    },
  };
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  const begin = Date.now();
  while (!await fetch(url).then(() => true, () => false)) {
    if (child.exitCode !== null || Date.now() - begin > START_MS) { throw new Error('The server of moto did not start'); }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
