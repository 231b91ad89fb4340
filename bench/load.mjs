import { fileURLToPath } from "node:url";
import { interleave, mb, median, ms, row, script, withServer } from "./lib/measure.mjs";

const file = (name) => fileURLToPath(new URL(`load/${name}.mjs`, import.meta.url));
const items = 100_000;
/** Calls under way at once, as the client's own default. */
const concurrency = 4;

const times = (figures) => median(figures.map(({ milliseconds }) => milliseconds));
const memory = (figures) => median(figures.map(({ peakMemory }) => peakMemory));

/** Loading 100,000 records, against scripts that do less. Each is timed from the start of its process. */
export async function run({ rounds = 5 } = {}) {
  const bare = (endpoint) => () => script(file("bare"), [endpoint, items, concurrency]);
  const ours =
    (endpoint, count = items) =>
    () =>
      script(file("ours"), [endpoint, count]);
  const slow = await withServer(items, 25, (endpoint) =>
    interleave(rounds, {
      ours: ours(endpoint),
      bare: bare(endpoint),
      paged: () => script(file("paged"), [endpoint, items]),
    }),
  );
  const fast = await withServer(items, 0, (endpoint) =>
    interleave(rounds, { ours: ours(endpoint), bare: bare(endpoint) }),
  );
  const sizes = {};
  for (const count of [10_000, items, 1_000_000]) {
    sizes[count] = await withServer(
      count,
      0,
      async (endpoint) => (await interleave(3, { ours: ours(endpoint, count) })).ours,
    );
  }
  const against = (a, b) => `${ms(times(a))} against ${ms(times(b))}`;
  const perRecord = (count) => (times(sizes[count]) / count) * 1000;
  return [
    row(
      "load 100,000 items, answers after 25 ms, against download and parse",
      times(slow.ours) / times(slow.bare),
      1.2,
      {
        detail: against(slow.ours, slow.bare),
      },
    ),
    row("the same without the 25 ms", times(fast.ours) / times(fast.bare), 2, {
      detail: against(fast.ours, fast.bare),
    }),
    row("page after page, against the load with the 25 ms", times(slow.paged) / times(slow.ours), 3, {
      atLeast: true,
      detail: against(slow.paged, slow.ours),
    }),
    row("peak memory of the load, 1,000,000 against 100,000", memory(sizes[1_000_000]) / memory(sizes[items]), 1.3, {
      detail: `${mb(memory(sizes[1_000_000]))} against ${mb(memory(sizes[items]))}`,
    }),
    row("load time per record, 1,000,000 against 100,000", perRecord(1_000_000) / perRecord(items), 1.3, {
      detail: `${ms(times(sizes[1_000_000]))}, ${ms(times(sizes[items]))} and ${ms(times(sizes[10_000]))} for 10,000`,
    }),
  ];
}
