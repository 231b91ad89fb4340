import { VersionError, type History } from "../../provider/inventory/changes.js";
import type { Report, TrendPoint } from "./schema.js";

/**
 * Since when changes of the CMDB are told where nobody says: the last run that did not fail, else the baseline's; the
 * oldest version kept where that was longer ago.
 */
export function sinceLastGreen(
  history: History,
  trend: readonly TrendPoint[] | undefined,
  baseline: Pick<Report, "generatedAt"> | undefined,
): { number: number } | undefined {
  const green = trend?.findLast(({ failed }) => !failed)?.at ?? baseline?.generatedAt;
  const [oldest] = history.versions();
  if (green === undefined || oldest === undefined) return undefined;
  try {
    return history.version({ time: Date.parse(green) });
  } catch (error) {
    if (error instanceof VersionError) return oldest;
    throw error;
  }
}
