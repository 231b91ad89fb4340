import { matchesWildcard } from "../../../provider/platform/wildcard.js";

/** Matches a URN that {@link qualifyUrn} has made: its stack segment is `organisation/project/stack`. */
const qualified = /^urn:pulumi:([^/:]+)\/([^/:]+)\/((?:(?!::)[^])+)::\2::/;

/**
 * Returns the organisation, or undefined if the backend has none: a backend without organisations calls each stack
 * `organization/project/stack` [doc].
 */
export function realOrganization(name: string | undefined): string | undefined {
  return name === undefined || name === "" || name === "organization" ? undefined : name;
}

/**
 * Returns the URN with its stack named in full, `urn:pulumi:acme/net/prod::net::…`. Pulumi's own URN does not have the
 * organisation, so that it is the same for stacks of two organisations.
 */
export function qualifyUrn(urn: string, organization: string | undefined): string {
  if (organization === undefined) return urn;
  return urn.replace(/^urn:pulumi:(?=((?:(?!::)[^])+)::([^/:]+)::)/, (head, _stack, project: string) =>
    [head, organization, "/", project, "/"].join(""),
  );
}

/** Returns the URN as Pulumi writes it, without the organisation. */
export function pulumiUrn(urn: string): string {
  return urn.replace(qualified, "urn:pulumi:$3::$2::");
}

/** Returns the full name of the stack, `acme/net/prod`, or undefined if the URN has no organisation. */
export function qualifiedStackOf(urn: string): string | undefined {
  const [, organization, project, stack] = qualified.exec(urn) ?? [];
  return organization === undefined ? undefined : `${organization}/${project}/${stack}`;
}

/** Returns whether the pattern fits the URN. A pattern without an organisation fits the stacks of every organisation. */
export function fitsResource(pattern: string, urn: string): boolean {
  return matchesWildcard(pattern, urn) || (qualified.test(urn) && matchesWildcard(pattern, pulumiUrn(urn)));
}
