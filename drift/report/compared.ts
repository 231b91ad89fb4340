import type { Report } from "./schema.js";

/** How much there was to compare: of a report, or of one of its stacks. */
interface Numbers {
  readonly resources: number;
  readonly referencing: number;
}

/** Why nothing was compared; undefined where something was. */
export function nothingCompared({ resources, referencing }: Numbers, plan?: Report["plan"]): string | undefined {
  if (resources === 0)
    return `Nothing was compared: ${plan ? "the plan deploys no resource" : "there are no deployed resources"}`;
  if (referencing === 0) return `Nothing was compared: no ${plan ? "planned" : "deployed"} resource refers to a record`;
  return undefined;
}
