import * as fs from 'node:fs';
import * as path from 'node:path';

/** MiniStack, and all that it requires. The project installs more: judges, and the AWS CLI. */
const ENGINE = [
  'ministack',
  'botocore', 'defusedxml', 'graphql-core', 'h11', 'h2', 'hpack', 'hypercorn', 'hyperframe', 'jmespath', 'jsonata-python', 'priority',
  'python-dateutil', 'pyyaml', 'six', 'typing-extensions', 'urllib3', 'wsproto',
];

/** Their lines in the list of the project, with the releases that it tests. */
export function engineRequirements(): string {
  const lines = fs.readFileSync(path.join(__dirname, '..', '..', 'python', 'requirements.txt'), 'utf8').split('\n');
  return ENGINE.map(name => {
    const line = lines.find(each => each.startsWith(`${name}==`));
    if (line === undefined) throw new Error(`test/python/requirements.txt has no release of ${name}`);
    return `${line}\n`;
  }).join('');
}
