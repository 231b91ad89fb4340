import { qualifiedStackOf } from "../../policy/rules/resource/organization-urn.js";

/** Returns `net/prod`, `acme/net/prod` if the URN has an organisation, or the name of a Terraform stack. */
export function stackNameOf(urn: string): string | undefined {
  const [, from, stack, project] = /^urn:(pulumi|terraform):(.*?)::(.*?)::/s.exec(urn) ?? [];
  return from === "pulumi" ? (qualifiedStackOf(urn) ?? `${project}/${stack}`) : stack;
}
