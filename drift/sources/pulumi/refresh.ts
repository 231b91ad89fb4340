import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { parseExactly } from "../../../provider/platform/exact-json.js";
import { DriftError } from "../../common/errors.js";
import type { Refreshed } from "../../report/schema.js";
import type { PulumiCli } from "./pulumi-cli.js";

const state = z.looseObject({ outputs: z.record(z.string(), z.unknown()).nullish() }).nullish();

const outputs = z.looseObject({
  metadata: z.looseObject({
    op: z.string(),
    urn: z.string(),
    type: z.string(),
    old: state,
    new: state,
    detailedDiff: z.record(z.string(), z.unknown()).nullish(),
    diffs: z.array(z.string()).nullish(),
  }),
});

/** The relevant engine events. */
const event = z.looseObject({
  resOutputsEvent: outputs.optional(),
  summaryEvent: z.looseObject({}).optional(),
  diagnosticEvent: z.looseObject({ severity: z.string(), message: z.string() }).optional(),
});

const changes: Readonly<Record<string, Refreshed["change"]>> = {
  update: "changed",
  replace: "changed",
  delete: "deleted",
  create: "added",
};

type Outputs = Readonly<Record<string, unknown>>;

/** Returns the properties that differ, if the provider does not list them. */
function differences(old: Outputs, now: Outputs): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.filter((name) => !isDeepStrictEqual(old[name], now[name]));
}

/** Reads engine events, one per line. */
class Events {
  readonly resources: Omit<Refreshed, "stack">[] = [];
  isWhole = false;
  readonly #errors: string[] = [];
  readonly #what: string;
  #rest = "";

  constructor(what: string) {
    this.#what = what;
  }

  push(chunk: Buffer): void {
    // Split at line ends, so that no UTF-8 sequence is split.
    const text = this.#rest + chunk.toString("latin1");
    const lines = text.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") this.#line(Buffer.from(line, "latin1").toString("utf8"));
  }

  /** Handles the text after the last line end. */
  end(): void {
    if (this.#rest.trim() !== "") this.push(Buffer.from("\n"));
  }

  /** The first reported error. */
  get firstError(): string | undefined {
    return this.#errors[0]?.split("\n")[0];
  }

  #line(line: string): void {
    const { resOutputsEvent, summaryEvent, diagnosticEvent } = this.#parse(line);
    if (summaryEvent) this.isWhole = true;
    if (diagnosticEvent?.severity === "error")
      this.#errors.push(diagnosticEvent.message.replace(/<\{%[^%]*%\}>/g, "").trim());
    if (!resOutputsEvent) return;
    const { op, urn, type, detailedDiff, diffs, old, new: now } = resOutputsEvent.metadata;
    const change = changes[op];
    if (change === undefined) return;
    const told = [...Object.keys(detailedDiff ?? {}), ...(diffs ?? [])];
    const properties = told.length > 0 ? told : differences(old?.outputs ?? {}, now?.outputs ?? {});
    this.resources.push({ urn, type, change, properties: [...new Set(properties)].sort() });
  }

  #parse(line: string): z.output<typeof event> {
    try {
      return event.parse(parseExactly(line));
    } catch {
      throw new DriftError(`${this.#what}: pulumi printed no JSON events; install version 3.204 or later`);
    }
  }
}

/** Runs `pulumi refresh --preview-only`, which changes nothing, and returns its drift. @throws DriftError */
export async function refreshStack(stack: string, pulumi: PulumiCli): Promise<Omit<Refreshed, "stack">[]> {
  const what = `the stack ${stack} cannot be refreshed`;
  const events = new Events(what);
  const args = ["refresh", "--preview-only", "--json", "--stack", stack];
  try {
    for await (const chunk of pulumi.output(args, what, { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" }))
      events.push(chunk);
  } catch (error) {
    if (events.firstError === undefined) throw error;
    throw new DriftError(`${what}: ${events.firstError}`);
  }
  events.end();
  if (events.firstError !== undefined)
    throw new DriftError(
      `${what}: pulumi reported an error but exited with code 0: ${events.firstError}; run pulumi refresh --preview-only to see the full output`,
    );
  if (!events.isWhole)
    throw new DriftError(
      `${what}: pulumi printed no summary; run pulumi refresh --preview-only to see the full output`,
    );
  return events.resources;
}
