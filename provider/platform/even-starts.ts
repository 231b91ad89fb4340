import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";

/**
 * Returns a function whose promises resolve one after the other, with an interval between them. The interval is counted from the
 * last one, so that a process that was busy for a while does not make up for it with a burst.
 * @param interval milliseconds
 * @param closed rejects what waits
 */
export function evenStarts(interval: number, closed?: AbortSignal): () => Promise<void> {
  const inTurn = pLimit(1);
  const options = closed && { signal: closed };
  let next = 0;
  return () =>
    inTurn(async () => {
      // A timer may be two milliseconds early, which would exceed a limit of 25 calls a second by 5 %.
      while (!closed?.aborted && next > performance.now())
        await sleep(next - performance.now(), undefined, options).catch(() => undefined);
      closed?.throwIfAborted();
      next = performance.now() + interval;
    });
}
