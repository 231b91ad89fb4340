import type { IncomingMessage, ServerResponse } from "node:http";
import { json, startServer, type TestServer } from "../../helpers/server";

/** A stack of Pulumi Cloud, and what an export of it is. */
export interface CloudStack {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly state: object;
}

/**
 * Serves the part of Pulumi Cloud's API that the CLI uses to list, name and export stacks, and to preview updates and
 * refreshes of them. The first stack's organisation is the default one of the user.
 */
export function startPulumiCloud(stacks: readonly CloudStack[]): Promise<TestServer> {
  const organizations = [...new Set(stacks.map(({ organization }) => organization))];
  const answers: Readonly<Record<string, object>> = {
    "/api/user": {
      id: "1",
      githubLogin: "alice",
      name: "Alice",
      organizations: organizations.map((name) => ({ githubLogin: name, name })),
    },
    "/api/user/organizations/default": { gitHubLogin: organizations[0] },
    "/api/user/stacks": { stacks: stacks.map(described) },
    "/api/capabilities": { capabilities: [] },
  };
  return startServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    const found = stacks.find((stack) => pathname.startsWith(pathOf(stack)));
    const answer = answers[pathname] ?? (found && answerFor(found, pathname.slice(pathOf(found).length), request));
    if (answer === undefined) refuse(response);
    else json(response, 200, answer);
  });
}

function pathOf({ organization, project, stack }: CloudStack): string {
  return `/api/stacks/${organization}/${project}/${stack}`;
}

function described({ organization, project, stack }: CloudStack): object {
  const names = { orgName: organization, projectName: project, stackName: stack };
  return { ...names, version: 1, tags: {}, activeUpdate: "", currentOperation: null };
}

function answerFor(stack: CloudStack, rest: string, { method }: IncomingMessage): object | undefined {
  if (rest === "") return described(stack);
  if (rest === "/export") return stack.state;
  if (method !== "POST") return undefined;
  if (/^\/(preview|refresh)$/.test(rest)) return { updateID: "1" };
  if (/^\/\w+\/1$/.test(rest))
    return { version: 1, token: "t", tokenExpiration: Math.floor(Date.now() / 1000) + 3_600 };
  return /\/(events\/batch|complete|renew_lease)$/.test(rest) ? { token: "t" } : undefined;
}

function refuse(response: ServerResponse): void {
  json(response, 404, { code: 404, message: "Not Found" });
}
