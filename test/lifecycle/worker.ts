import { runOne } from './runs';

interface Share {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly shrink?: boolean;
}

/** Makes its share of the runs, and tells of each. */
process.once('message', ({ seed, from, to, step, shrink }: Share) => {
  void (async () => {
    for (let index = from; index < to; index += step) {
      const result = await runOne(seed, index, shrink);
      await new Promise<void>(resolve => process.send!(result, undefined, undefined, () => resolve()));
    }
    process.disconnect();
  })();
});
