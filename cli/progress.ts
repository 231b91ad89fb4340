import type { MultiBar, SingleBar } from "cli-progress";
import { describeEvent, newsOf, type SyncEvent } from "../provider/inventory/events.js";
import { collections, type Kind } from "../provider/inventory/records.js";
import { printable } from "../provider/inventory/printable.js";
import { printError } from "../provider/print-error.js";

/** What shows a sync. */
export interface Progress {
  onEvent(event: SyncEvent): void;
  /** Gives the terminal back, however it ended. */
  stop(): void;
}

/** Shows a sync on stderr: bars on a terminal, and a line at its end if it brought something new. */
export async function showProgress(): Promise<Progress> {
  const onTerminal = Boolean(process.stderr.isTTY) && process.env["TERM"] !== "dumb";
  let bars: Bars | undefined;
  const retried = new Set<string>();
  const makeBars = onTerminal ? await loadBars() : undefined;
  return {
    onEvent(event) {
      const isVerbose = Boolean(process.env["ORANGE_CMDB_VERBOSE"]);
      // Many calls fail for one reason, and each of them again and again: it is said once.
      if (event.type === "retry" && retried.has(event.reason) && !isVerbose) return;
      if (event.type === "retry") retried.add(event.reason);
      const shown = isVerbose ? event : withoutDetails(event);
      const line = shown && describeEvent(shown);
      if (event.type === "done") bars?.stop();
      if (line !== undefined) (bars?.log ?? printError)(line);
      if (event.type === "started") bars = makeBars?.();
      if (event.type === "progress") bars?.update(event.kind, event.count, event.total);
    },
    stop: () => bars?.stop(),
  };
}

/** Returns the event to print without --verbose; undefined to print nothing. */
function withoutDetails(event: SyncEvent): SyncEvent | undefined {
  if (event.type === "note" || event.type === "started") return undefined;
  return event.type === "done" ? newsOf(event) : event;
}

interface Bars {
  update(kind: Kind, count: number, total: number | undefined): void;
  log(line: string): void;
  stop(): void;
}

/** A bar for each kind: how many records, how fast, how long it still takes. */
async function loadBars(): Promise<() => Bars> {
  const { default: progress } = await import("cli-progress");
  const options = {
    format: "{kind} {bar} {value}/{total}  {rate}/s  {left}",
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 24,
  };
  const width = Math.max(...Object.values(collections).map((name) => name.length));
  return () => {
    const startedAt = Date.now();
    const bars = new Map<Kind, SingleBar>();
    // Made with the first page: it takes the cursor away.
    let all: MultiBar | undefined;
    let running = true;
    return {
      update(kind, count, total) {
        if (!running) return;
        const rate = Math.round(count / Math.max(0.001, (Date.now() - startedAt) / 1000));
        const left = total === undefined ? "" : `${Math.ceil((total - count) / Math.max(1, rate))} s left`;
        const payload = { kind: collections[kind].padEnd(width), rate, left };
        all ??= new progress.MultiBar(options, progress.Presets.shades_classic);
        const bar = bars.get(kind) ?? all.create(total ?? count, 0, payload);
        bars.set(kind, bar);
        bar.setTotal(total ?? count);
        bar.update(count, payload);
      },
      // Above the bars while they move; they are gone at the end.
      log: (line) => (running && all ? all.log(`${printable(line)}\n`) : printError(line)),
      stop() {
        if (running) all?.stop();
        running = false;
      },
    };
  };
}
