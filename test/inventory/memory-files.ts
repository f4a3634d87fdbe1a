import { Files } from '../../src/inventory/handler/ports';
import { ServiceFault } from '../../src/provider/handler/control-plane/fault';

/** A bucket in memory, which writes as Amazon S3 does: as a whole or not at all, and what is there stays. */
export class MemoryFiles implements Files {
  readonly objects = new Map<string, string>();
  /** Names in the order in which they were first written. */
  readonly written: string[] = [];

  async create(name: string, text: string): Promise<void> {
    if (this.objects.has(name)) { return; }
    this.objects.set(name, text);
    this.written.push(name);
  }

  async read(name: string): Promise<string> {
    const text = this.objects.get(name);
    if (text === undefined) { throw new ServiceFault('notFound', 's3', 'GetObject', 'us-east-1', 'NoSuchKey', name); }
    return text;
  }

  async list(beginning: string): Promise<readonly string[]> {
    return [...this.objects.keys()].filter(name => name.startsWith(beginning)).sort();
  }

  async remove(names: readonly string[]): Promise<void> {
    names.forEach(name => this.objects.delete(name));
  }
}
