import type { StateSource } from "../../drift/sources/source.js";
import { printError } from "../../provider/platform/print-error.js";
import type { GlobalOptions } from "../options/global-options.js";

/** Displays how many states have been read. */
export interface StateProgress {
  readonly onRead: (source: StateSource) => void;
  /** Restores the terminal, or prints one line if standard error is not a terminal. */
  readonly stop: () => void;
}

/** Minimum number of states that are worth a message. */
const MANY = 20;

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** Shows on stderr how states are read: a bar on a terminal, else one line at the end. Prints nothing for a few states. */
export async function showStates(sources: readonly StateSource[], { verbose }: GlobalOptions): Promise<StateProgress> {
  const startedAt = Date.now();
  let states = 0;
  let bytes = 0;
  const onTerminal = Boolean(process.stderr.isTTY) && process.env["TERM"] !== "dumb";
  const bar = onTerminal && sources.length >= MANY ? await makeBar(sources.length) : undefined;
  return {
    onRead({ size = 0 }) {
      states += 1;
      bytes += size;
      bar?.update(states, { read: megabytes(bytes) });
    },
    stop() {
      bar?.stop();
      // The message of an error names the state that could not be read.
      if (onTerminal || states < sources.length || (states < MANY && !verbose)) return;
      const size = bytes === 0 ? "" : `, ${megabytes(bytes)}`;
      printError(`read ${states} states${size}, in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    },
  };
}

async function makeBar(total: number): Promise<{ update(value: number, payload: object): void; stop(): void }> {
  const { default: progress } = await import("cli-progress");
  const bar = new progress.SingleBar(
    {
      format: "states {bar} {value}/{total}  {read}  {eta} s left",
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 24,
    },
    progress.Presets.shades_classic,
  );
  bar.start(total, 0, { read: megabytes(0) });
  return bar;
}
