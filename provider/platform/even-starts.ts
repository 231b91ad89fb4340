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
  let next = 0;
  return () =>
    inTurn(async () => {
      const wait = next - performance.now();
      // Only the signal ends a pause early.
      if (wait > 0) await sleep(wait, undefined, closed && { signal: closed }).catch(() => undefined);
      closed?.throwIfAborted();
      next = performance.now() + interval;
    });
}
