import { ChildProcess } from 'node:child_process';

/** Where an emulator in a process of its own can be reached, once it says so. Throws with what it said, if it ends before. */
export async function announcedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout!.on('data', chunk => {
      output += chunk;
      const url = /emulator: (http:\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.on('close', () => reject(new Error(`The emulator ended: ${output}`)));
  });
}
