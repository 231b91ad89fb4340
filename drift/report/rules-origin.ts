import type { LoadedRules } from "../../policy/config/load-rules.js";
import type { ReportNote } from "./schema.js";

/** Source of the rules, and the reason if it is the convention. */
export type RulesOrigin = Pick<LoadedRules, "source" | "convention">;

/** Returns a note if there is no rules file: it may be in another folder. */
export function originNotes(origin: RulesOrigin | undefined): ReportNote[] {
  if (origin?.convention === undefined) return [];
  const message = `using tags and labels by convention: ${origin.convention}; create one, or choose one with --rules`;
  return [{ about: "rules-source", message }];
}
