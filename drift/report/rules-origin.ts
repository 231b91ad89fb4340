import type { LoadedRules } from "../../policy/load-rules.js";
import type { ReportNote } from "./schema.js";

/** Where the rules come from, and why by convention, where they do. */
export type RulesOrigin = Pick<LoadedRules, "source" | "convention">;

/** That there is no rules file is worth knowing: it may lie where nobody looks for it. */
export function originNotes(origin: RulesOrigin | undefined): ReportNote[] {
  if (origin?.convention === undefined) return [];
  const message = `the rules are tags and labels by convention: ${origin.convention}; write one, or name one with --rules`;
  return [{ about: "rules-source", message }];
}
