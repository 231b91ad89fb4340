import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult, Project } from "./project";

/** What the pack said of a run: for each policy, the resources it complained of, and those it was about. */
export interface Judgement extends CommandResult {
  /** `policy resource`, or `policy resource (level)` for each complaint. */
  readonly complaints: readonly string[];
  readonly messages: readonly string[];
  /** `policy resource` for each that a policy looked at and let pass. */
  readonly passed: ReadonlySet<string>;
}

interface Event {
  readonly policyEvent?: { resourceUrn: string; policyName: string; enforcementLevel: string; message: string };
  readonly policyAnalyzeSummaryEvent?: { resourceUrn: string; passed?: string[] };
  readonly policyAnalyzeStackSummaryEvent?: { passed?: string[] };
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

function read(ended: CommandResult, lines: readonly string[]): Judgement {
  const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Event);
  const said = events.flatMap(({ policyEvent }) => (policyEvent ? [policyEvent] : []));
  const passed = new Set<string>();
  for (const { policyAnalyzeSummaryEvent: one, policyAnalyzeStackSummaryEvent: stack } of events) {
    for (const policy of one?.passed ?? []) passed.add(`${policy} ${nameOf(one?.resourceUrn ?? "")}`);
    for (const policy of stack?.passed ?? []) passed.add(`${policy} stack`);
  }
  return {
    ...ended,
    complaints: said
      .map(
        ({ policyName, resourceUrn, enforcementLevel }) => `${policyName} ${nameOf(resourceUrn)} (${enforcementLevel})`,
      )
      .sort(),
    messages: said.map(({ message }) => message.trim()),
    passed,
  };
}

/** Runs the engine and reads what it logged of the policies. */
export async function judged(project: Project, ...args: string[]): Promise<Judgement> {
  const log = join(project.folder, "events.log");
  project.environment["PULUMI_DEBUG_COMMANDS"] = "true";
  const ended = await project.pulumi(...args, "--event-log", log);
  return read(ended, readFileSync(log, "utf8").split("\n"));
}

/** Analyzes a state, whose events the command prints. */
export async function analyzed(project: Project, state: string, ...args: string[]): Promise<Judgement> {
  const ended = await project.pulumi("policy", "analyze", "--json", "--file", state, ...args);
  return read(ended, ended.text.split("\n"));
}
