import type { Report } from "./schema.js";

/** Numbers of resources of a report or stack. */
interface Numbers {
  readonly resources: number;
  readonly referencing: number;
}

/** Returns why nothing was compared; undefined if something was. */
export function emptyComparisonReason({ resources, referencing }: Numbers, plan?: Report["plan"]): string | undefined {
  if (resources === 0)
    return `Nothing was compared: ${plan ? "the plan deploys no resource" : "there are no deployed resources"}`;
  if (referencing === 0) return `Nothing was compared: no ${plan ? "planned" : "deployed"} resource refers to a record`;
  return undefined;
}
