/** `net/prod`, or what a state file is called. */
export function stackNameOf(urn: string): string | undefined {
  const [, from, stack, project] = /^urn:(pulumi|terraform):(.*?)::(.*?)::/s.exec(urn) ?? [];
  return from === "pulumi" ? `${project}/${stack}` : stack;
}
