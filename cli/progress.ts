import type { MultiBar, SingleBar } from "cli-progress";
import { describeEvent, type SyncEvent } from "../provider/inventory/events.js";
import { collections, type Kind } from "../provider/inventory/records.js";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Shows a sync on stderr: bars on a terminal, elsewhere a line when it begins and one when it ends. */
export async function showProgress(): Promise<(event: SyncEvent) => void> {
  const onTerminal = Boolean(process.stderr.isTTY) && process.env["TERM"] !== "dumb";
  const bars = onTerminal ? await makeBars() : undefined;
  return (event) => {
    const line = describeEvent(event);
    if (event.type === "progress") bars?.update(event.kind, event.count, event.total);
    if (event.type === "done") bars?.stop();
    if (line !== undefined) (bars?.log ?? say)(line);
  };
}

interface Bars {
  update(kind: Kind, count: number, total: number | undefined): void;
  log(line: string): void;
  stop(): void;
}

/** A bar for each kind: how many records, how fast, how long it still takes. */
async function makeBars(): Promise<Bars> {
  const { default: progress } = await import("cli-progress");
  const all: MultiBar = new progress.MultiBar(
    {
      format: "{kind} {bar} {value}/{total}  {rate}/s  {left}",
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      autopadding: true,
      barsize: 24,
    },
    progress.Presets.shades_classic,
  );
  const bars = new Map<Kind, { bar: SingleBar; startedAt: number }>();
  const width = Math.max(...Object.values(collections).map((name) => name.length));
  let running = true;
  return {
    update(kind, count, total) {
      if (!running) return;
      const known = bars.get(kind) ?? {
        bar: all.create(total ?? count, 0, { kind: collections[kind].padEnd(width), rate: 0, left: "" }),
        startedAt: Date.now(),
      };
      bars.set(kind, known);
      const rate = count / Math.max(0.001, (Date.now() - known.startedAt) / 1000);
      const left = total === undefined ? "" : `${Math.ceil((total - count) / Math.max(1, rate))} s left`;
      known.bar.setTotal(total ?? count);
      known.bar.update(count, { rate: Math.round(rate), left });
    },
    // Above the bars while they move; they are gone at the end.
    log: (line) => (running && bars.size > 0 ? all.log(`${line}\n`) : say(line)),
    stop() {
      running = false;
      all.stop();
    },
  };
}
