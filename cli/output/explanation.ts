import { wrapAnsi } from "fast-wrap-ansi";
import type {
  ExplainedCheck,
  ExplainedFinding,
  ExplainedRecord,
  ExplainedReference,
  ExplainedRule,
  Explanation,
  UnresolvedValue,
} from "../../drift/explain/explanation.js";
import type { FormatOptions } from "../../drift/formats/text/format-options.js";
import { paint, renderLines, type Line } from "../../drift/formats/text/terminal.js";
import { printable, shorten } from "../../provider/platform/printable.js";

/** Formats an explanation for a terminal, in the order of the steps: entries, records, checks, levels, findings. */
export function formatExplanation(explanation: Explanation, { colours, width }: FormatOptions): string {
  const { urn, type, stack, external, rules, inventory, stopped, references, checks, levels, findings } = explanation;
  const lines: Line[] = [
    paint.bold(urn),
    `type ${type}${stack === undefined ? "" : ` · stack ${stack}`}`,
    ...(external ? ["the stack only reads the resource: it needs no reference, and claims no record"] : []),
    `inventory of ${inventory.syncedAt} from ${inventory.endpoint} · rules from ${rules}`,
    ...(stopped === undefined ? [] : ["", paint.yellow(`Stopped: ${stopped}`)]),
    ...references.flatMap(referenceLines),
    ...(checks.length === 0 ? [] : ["", paint.bold("Checks")]),
    ...checks.map(checkLine),
    "",
    paint.bold("Rules"),
    ...levels.map(levelLine),
    "",
    ...(findings.length === 0
      ? [paint.green("No findings")]
      : [paint.bold("Findings"), ...findings.flatMap(findingLines)]),
  ];
  return renderLines(width === undefined ? lines : lines.flatMap((line) => wrapped(line, width)), colours);
}

/** Wraps a line to the width of the terminal, and indents the rest of it. */
function wrapped(line: Line, width: number): Line[] {
  if (typeof line !== "string") return [line];
  const indent = `${/^ */.exec(line)?.[0] ?? ""}  `;
  const text = wrapAnsi(printable(line), Math.max(20, width - indent.length), { hard: true, trim: false });
  return text.split("\n").map((part, index) => (index === 0 ? part : indent + part.trimStart()));
}

function referenceLines(reference: ExplainedReference): Line[] {
  const { entry, types, kind, required, unmet, expression, by, as, records, unresolved, stopped } = reference;
  return [
    "",
    paint.bold(`Entry ${entry}: ${kind}${required ? `, required${unmet ? " but missing" : ""}` : ""}`),
    `  types    ${shorten(types.join(", "))}`,
    `  value    ${expression}: ${valueText(reference)}`,
    ...(by === "id" && as === undefined ? [] : [`  look-up  ${by}${as === undefined ? "" : ` (${as})`}`]),
    ...records.map(recordLine),
    ...unresolved.map(unresolvedLine),
    // A missing value has its own line with the reason.
    ...(stopped === undefined || unresolved.length > 0 ? [] : [paint.yellow(`  stopped  ${stopped}`)]),
  ];
}

function valueText({ value, valueIs }: ExplainedReference): string {
  if (valueIs === "secret") return "(a secret)";
  if (valueIs === "missing") return "not set";
  if (valueIs === "unknown") return "unknown";
  return `${shorten(JSON.stringify(value))}${valueIs === "known" ? "" : ", partly unknown"}`;
}

function recordLine({ kind, id, secret, name, status, locationId, locationFrom, country }: ExplainedRecord): Line {
  const facts = [
    `${kind} ${secret || id === undefined ? "(a secret)" : id}`,
    ...(name === undefined ? [] : [`name ${name}`]),
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(locationId === undefined && locationFrom === undefined
      ? []
      : [`location ${locationId ?? "unknown"} (from ${locationFrom})`]),
    ...(country === undefined ? [] : [`country ${country}`]),
  ];
  return `  record   ${facts.join(" · ")}`;
}

function unresolvedLine({ value, reason, nearest }: UnresolvedValue): Line {
  const hint = nearest.length === 0 ? "" : `; nearest: ${nearest.join(", ")}`;
  return paint.yellow(
    `  missing  ${value === undefined ? "(a secret)" : shorten(JSON.stringify(value))}: ${reason}${hint}`,
  );
}

const verdicts = {
  agrees: paint.green("agrees"),
  differs: paint.red("differs"),
  incomparable: paint.red("cannot be compared"),
  undecided: paint.cyan("unknown"),
  skipped: paint.dim("not compared"),
} as const;

function checkLine({ rule, verdict, message, reason }: ExplainedCheck): Line {
  return [`  ${rule}: ${message}: `, verdicts[verdict], reason === undefined ? "" : ` (${reason})`];
}

function levelLine({ rule, severity, decidedBy, inactive }: ExplainedRule): Line {
  return inactive === undefined
    ? `  ${rule}: ${severity}, by ${decidedBy}`
    : paint.dim(`  ${rule}: checks nothing (${inactive})`);
}

function findingLines({ finding, decidedBy, result, hiddenBy }: ExplainedFinding): Line[] {
  const paints = { error: paint.red, warning: paint.yellow, info: paint.cyan };
  const hidden = result === "reported" ? "reported" : `${result === "known" ? "known" : "ignored"} by ${hiddenBy}`;
  return [
    ["  ", paints[finding.severity](finding.severity), ` ${finding.rule}: ${finding.message}`],
    paint.dim(`    level by ${decidedBy} · ${hidden} · fingerprint ${finding.fingerprint}`),
  ];
}
