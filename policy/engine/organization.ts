import { getOrganization } from "@pulumi/pulumi";
import { realOrganization } from "../rules/resource/organization-urn.js";

/** Returns the organisation of the stack that the engine runs, or undefined if its backend has none. */
export function currentOrganization(): string | undefined {
  try {
    return realOrganization(getOrganization());
  } catch {
    // Pulumi throws if the engine has not set it.
    return undefined;
  }
}
