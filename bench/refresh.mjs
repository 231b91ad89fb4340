// A refresh of 100,000 items, and a first sync under the rate limit of the API. npm run bench -- refresh
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interleave, median, ms, row, script, withServer } from "./lib/measure.mjs";

const ours = fileURLToPath(new URL("load/ours.mjs", import.meta.url));
const items = 100_000;
/** Requests that the API takes in a second, and those that the client makes by default. */
const [allowed, made] = [25, 20];

const stats = async (endpoint) => (await fetch(`${endpoint}/stats`)).json();
const times = (figures) => median(figures.map(({ milliseconds }) => milliseconds));

async function withFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Requests and times of refreshes, against the full load; answers take 25 ms. */
async function refreshes(rounds) {
  return withServer(items, 25, (endpoint) =>
    withFolder(async (folder) => {
      const counted = async () => {
        await stats(endpoint);
        const figure = await script(ours, [endpoint, items, folder]);
        return { ...figure, ...(await stats(endpoint)) };
      };
      const figures = await interleave(rounds, {
        full: () => script(ours, [endpoint, items]),
        unchanged: counted,
        changed: async () => {
          await fetch(`${endpoint}/change?count=100`, { method: "POST" });
          const figure = await counted();
          await fetch(`${endpoint}/change?count=0`, { method: "POST" });
          await script(ours, [endpoint, items, folder]);
          return figure;
        },
      });
      const most = (side) => Math.max(...figures[side].map(({ requests }) => requests));
      const against = (side) => `${ms(times(figures[side]))} against ${ms(times(figures.full))}`;
      return [
        row("requests of a refresh of 100,000 items, unchanged", most("unchanged"), 1, { unit: "" }),
        row("requests of a refresh of 100,000 items, 100 changed", most("changed"), 2, { unit: "" }),
        row(
          "time of a refresh, unchanged, against the full load",
          times(figures.unchanged) / times(figures.full),
          0.1,
          {
            detail: against("unchanged"),
          },
        ),
        row(
          "time of a refresh, 100 changed, against the full load",
          times(figures.changed) / times(figures.full),
          0.1,
          { detail: against("changed") },
        ),
      ];
    }),
  );
}

/** A first sync with default settings, against the time that its own limit of requests allows. */
async function limited() {
  const work = async (endpoint) => {
    const { milliseconds } = await script(ours, [endpoint, items, "", "default"]);
    return { milliseconds, ...(await stats(endpoint)) };
  };
  const { milliseconds, requests, refused } = await withServer(items, 0, work, allowed);
  const least = ((requests - 1) / made) * 1000;
  return [
    row(`first sync of 100,000 items, ${allowed} requests a second allowed: refused`, refused, 0, { unit: "" }),
    row(`the same: time, against ${made} requests a second`, milliseconds / least, 1.15, {
      detail: `${ms(milliseconds)} for ${requests} requests`,
    }),
  ];
}

export async function run({ rounds = 5 } = {}) {
  return [...(await refreshes(rounds)), ...(await limited())];
}
