import type { FormatOptions } from "../../formats/text/format-options.js";
import { paint, renderLines, type Line } from "../../formats/text/terminal.js";
import { counted, percent } from "../../formats/text/text.js";
import { nameOf } from "../../sources/pulumi/pulumi-state.js";
import type { Adoption, Ambiguous, Evidence, Match } from "../report/schema.js";
import { evidenceText } from "../report/evidence-text.js";
import { patternText } from "../report/pattern-text.js";

/** Maximum number of pieces of evidence for one match, unless `--verbose` is set. */
const MAX_EVIDENCE = 3;

/** Formats a proposal for a terminal: counts, patterns, then certain, likely and ambiguous matches that no pattern covers. */
export function formatConsole(adoption: Adoption, { colours, verbose }: FormatOptions): string {
  const { summary, patterns, matches, ambiguous, notes } = adoption;
  const { referencing, resources, certain, likely, none } = summary;
  const shown = verbose ? matches : matches.filter(({ pattern, decision }) => pattern === undefined && !decision);
  const of = (level: Match["confidence"]): Match[] => shown.filter(({ confidence }) => confidence === level);
  const earlier = matches.filter(({ decision }) => decision !== undefined).length;
  const lines: Line[] = [
    paint.bold(
      `${referencing} of ${counted(resources, "resource")} refer to a record; ${certain} certain, ${likely} likely, ${summary.ambiguous} ambiguous, ${none} without a match`,
    ),
    `Coverage: ${share(summary.coverageNow)} now, ${share(summary.coverageWithRules)} with the proposed rules, ${share(summary.coverageAfter)} with rules and tags`,
    ...section(
      "Proposed rules",
      patterns.map((pattern): Line => `  ${patternText(pattern)}`),
    ),
    ...section(
      "Certain",
      of("certain").flatMap((match) => matchLines(match, verbose)),
    ),
    ...section(
      "Likely: check each of them",
      of("likely").flatMap((match) => matchLines(match, verbose)),
    ),
    ...section(
      "Ambiguous: not decided",
      ambiguous.flatMap((entry) => ambiguousLines(entry, verbose)),
    ),
    ...(earlier === 0 ? [] : ["", `proposed or accepted before: ${earlier}, see adopt.decisions.yaml`]),
    ...notes.map((note): Line => ["", paint.yellow(note)]),
  ];
  return renderLines(lines, colours);
}

function share({ covered, records }: { covered: number; records: number }): string {
  const value = percent(covered, records);
  return value === undefined ? "no records" : `${value} % (${covered} of ${records})`;
}

function section(title: string, lines: readonly Line[]): Line[] {
  return lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
}

function matchLines({ urn, type, stack, kind, recordId, evidence }: Match, verbose: boolean): Line[] {
  return [
    ["  ", nameOf(urn), paint.dim(` ${type} in ${stack}`), " → ", paint.cyan(`${kind} ${recordId}`)],
    ...evidenceLines(evidence, verbose),
  ];
}

const reasons: Readonly<Record<Ambiguous["reason"], string>> = {
  "several-records": "a value belongs to several records",
  "several-resources": "several resources have the value",
  contradiction: "the evidence points to different records",
};

function ambiguousLines({ urn, type, stack, reason, candidates }: Ambiguous, verbose: boolean): Line[] {
  return [
    ["  ", nameOf(urn), paint.dim(` ${type} in ${stack}`), `: ${reasons[reason]}`],
    ...candidates.flatMap(({ kind, recordId, evidence }): Line[] => [
      ["    ", paint.cyan(`${kind} ${recordId}`)],
      ...evidenceLines(evidence, verbose),
    ]),
  ];
}

function evidenceLines(evidence: readonly Evidence[], verbose: boolean): Line[] {
  const most = verbose ? evidence.length : MAX_EVIDENCE;
  const more = evidence.length - most;
  return [
    ...evidence.slice(0, most).map((entry): Line => paint.dim(`      ${evidenceText(entry)}`)),
    ...(more > 0 ? [paint.dim(`      and ${more} more`)] : []),
  ];
}
