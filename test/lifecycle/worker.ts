import { runOne } from './runs';
import { watched } from './watch';

interface Share {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly shrink?: boolean;
  readonly watch?: boolean;
}

/** Makes its share of the runs, and tells of each. */
process.once('message', ({ seed, from, to, step, shrink, watch }: Share) => {
  void (async () => {
    for (let index = from; index < to; index += step) {
      const result = await runOne(seed, index, shrink, watch ? watched(seed + index) : undefined);
      await new Promise<void>(resolve => process.send!(result, undefined, undefined, () => resolve()));
    }
    process.disconnect();
  })();
});
