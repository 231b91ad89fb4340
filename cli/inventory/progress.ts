import type { MultiBar, SingleBar } from "cli-progress";
import { describeEvent, newsOf, type SyncEvent } from "../../provider/inventory/events.js";
import { collections, type Kind } from "../../provider/model/records.js";
import { printable } from "../../provider/platform/printable.js";
import { printError } from "../../provider/platform/print-error.js";
import type { GlobalOptions } from "../options/global-options.js";

/** Displays a running sync. */
export interface Progress {
  onEvent(event: SyncEvent): void;
  /** Restores the terminal. */
  stop(): void;
}

/** Shows a sync on stderr: progress bars on a terminal, and a final line if records changed. */
export async function showProgress({ verbose }: GlobalOptions): Promise<Progress> {
  const onTerminal = Boolean(process.stderr.isTTY) && process.env["TERM"] !== "dumb";
  let bars: Bars | undefined;
  const retried = new Set<string>();
  const makeBars = onTerminal ? await loadBars() : undefined;
  return {
    onEvent(event) {
      // Many calls can fail for the same reason; print each reason once.
      if (event.type === "retry" && retried.has(event.reason) && !verbose) return;
      if (event.type === "retry") retried.add(event.reason);
      const shown = verbose ? event : withoutDetails(event);
      const line = shown && describeEvent(shown);
      if (event.type === "done") bars?.stop();
      if (line !== undefined) (bars?.log ?? printError)(line);
      if (event.type === "started") bars = makeBars?.();
      if (event.type === "progress") bars?.update(event.kind, event.count, event.total);
    },
    stop: () => bars?.stop(),
  };
}

/** The events that only --verbose prints. */
const details: ReadonlySet<SyncEvent["type"]> = new Set(["note", "started", "downloaded", "unchanged", "cached"]);

/** Returns the event to print without --verbose; undefined to print nothing. */
function withoutDetails(event: SyncEvent): SyncEvent | undefined {
  if (details.has(event.type)) return undefined;
  return event.type === "done" ? newsOf(event) : event;
}

interface Bars {
  update(kind: Kind, count: number, total: number | undefined): void;
  log(line: string): void;
  stop(): void;
}

/** Loads cli-progress and returns a factory of bars: one per kind, with count, rate and remaining time. */
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
    // Created with the first page, because it hides the cursor.
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
      // MultiBar.log prints above the running bars.
      log: (line) => (running && all ? all.log(`${printable(line)}\n`) : printError(line)),
      stop() {
        if (running) all?.stop();
        running = false;
      },
    };
  };
}
