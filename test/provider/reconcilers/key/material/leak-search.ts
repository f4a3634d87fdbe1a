/*
 * Looks for secrets in what somebody may see. A part is enough for whoever finds it, so any eight characters in a row count, in
 * each way that a program may come to write a secret:
 *
 *   as it is, and in the other case      8A8349794C9E…   8a8349794c9e…
 *   its characters in hexadecimal        384138333439…
 *   its characters in base64             OEE4MzQ5Nzk0QzlF…
 *   the bytes that it spells in base64   ioNJeUye…
 *
 * What stands before a secret decides which six bits become one character of base64, so there are three alignments of each.
 */

const RUN = 8;
const MOST_FOUND = 5;
const HEXADECIMAL = /^([0-9A-Fa-f]{2})+$/;
/** What secrets are made of here. All else ends a word of a text, and each word is searched once, however often it stands there. */
const CHARACTERS = /^[0-9A-Za-z+/=]+$/;
const BETWEEN_WORDS = /[^0-9A-Za-z+/=]+/;

function runsOf(text: string, length = RUN): string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length));
}

/** The characters of base64 that depend on these bytes alone, wherever the bytes stand. */
function alignments(bytes: Buffer): string[] {
  return [0, 1, 2].map(before => {
    const whole = Math.floor((before + bytes.length) * 8 / 6);
    return Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').slice(Math.ceil(before * 8 / 6), whole);
  });
}

/** The runs to look for, of one length, and how a text is written for it. */
interface Form {
  readonly length: number;
  readonly runs: Set<string>;
  written(text: string): string;
}

const inLowerCase = (text: string) => text.toLowerCase();
const asStandardBase64 = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/');

export class LeakSearch {
  private readonly plain: Form = { length: RUN, written: inLowerCase, runs: new Set() };
  /** Eight characters are sixteen digits. */
  private readonly inHexadecimal: Form = { length: 2 * RUN, written: inLowerCase, runs: new Set() };
  private readonly inBase64: Form = { length: RUN, written: asStandardBase64, runs: new Set() };

  /** @param secrets texts of at least eight letters, digits or characters of base64 */
  constructor(secrets: readonly string[]) {
    for (const secret of secrets) {
      if (secret.length < RUN || !CHARACTERS.test(secret)) { throw new Error(`this cannot be searched for: ${secret}`); }
      const characters = Buffer.from(secret);
      const spelled = HEXADECIMAL.test(secret) ? alignments(Buffer.from(secret, 'hex')) : [];
      const add = ({ runs, length, written }: Form, text: string) => runsOf(written(text), length).forEach(run => runs.add(run));
      add(this.plain, secret);
      add(this.inHexadecimal, characters.toString('hex'));
      [...alignments(characters), ...spelled].forEach(base64 => add(this.inBase64, base64));
    }
  }

  /** The runs of the secrets that stand in a text, at most a few of them. */
  in(text: string): string[] {
    const found = new Set<string>();
    for (const { length, runs, written } of [this.plain, this.inHexadecimal, this.inBase64]) {
      for (const word of new Set(written(text).split(BETWEEN_WORDS))) {
        runsOf(word, length).filter(run => runs.has(run)).forEach(run => found.add(run));
      }
    }
    return [...found].slice(0, MOST_FOUND);
  }
}
