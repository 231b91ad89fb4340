import { UserError } from "../platform/user-error.js";
import type { InventoryArgs } from "./args.js";

/** Settings are missing or invalid. The message lists all of them. */
export class SettingsError extends UserError {
  override readonly name = "SettingsError";
  /** The problems, each with the setting's name. */
  readonly problems: readonly string[];
  constructor(readonly issues: readonly SettingProblem[]) {
    const problems = issues.map(({ setting, problem }) => `${setting} ${problem}`);
    super(`settings of the inventory are missing or wrong:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
  override get title(): string {
    return "Settings of the provider are missing or invalid";
  }
}

/** The problem of a setting, and how to set it. */
export interface SettingProblem {
  readonly setting: keyof InventoryArgs;
  readonly problem: string;
  /** The problem without how to set the setting, for callers that set it in another way. */
  readonly reason: string;
}
