import { buildSchema, graphqlSync, parse } from "graphql";
import { json, startServer } from "../../../helpers/server";
import { StoredStates } from "./state-locks";
import { isBasic, status, StubTraffic, type StubRequest } from "./stub";

/** The part of GitLab's schema that lists states, by the names of its reference. */
const schema = buildSchema(`
  scalar Time
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type TerraformStateVersion { id: ID! serial: Int downloadPath: String }
  type TerraformState { id: ID! name: String! lockedAt: Time latestVersion: TerraformStateVersion }
  type TerraformStateConnection { count: Int! nodes: [TerraformState] pageInfo: PageInfo! }
  type Project {
    id: ID!
    fullPath: ID!
    terraformStates(after: String, before: String, first: Int, last: Int): TerraformStateConnection
  }
  type Query { project(fullPath: ID!): Project }
  type Mutation { terraformStateDelete(id: ID!): ID }
`);

/** The tokens of {@link startGitLab}. */
export const gitlabTokens = {
  access: "glpat-0123456789abcdef",
  noRole: "glpat-guest-89abcdef",
  job: "glcbt-64_job+token",
};

/** A stand-in for GitLab with one project. */
export interface GitLab {
  /** `gitlab+http://HOST/PROJECT` */
  readonly location: string;
  readonly url: string;
  readonly host: string;
  readonly project: string;
  readonly states: StoredStates;
  readonly traffic: StubTraffic;
  /** The maximum page of its lists. */
  pageSize: number;
  close(): Promise<void>;
}

/** Returns the user of a request. A job token is accepted in HTTP Basic only, and not by GraphQL. */
function userOf(request: StubRequest): "developer" | "guest" | "job" | undefined {
  const token = request.headers["private-token"];
  if (token === gitlabTokens.access || isBasic(request, "user", gitlabTokens.access)) return "developer";
  if (token === gitlabTokens.noRole) return "guest";
  return isBasic(request, "gitlab-ci-token", gitlabTokens.job) ? "job" : undefined;
}

export async function startGitLab(project = "net/core/sites"): Promise<GitLab> {
  const states = new StoredStates();
  const traffic = new StubTraffic();
  const list = (names: readonly string[]) => ({
    count: names.length,
    page({ first = 100, after }: { first?: number; after?: string | null }) {
      const start = after ? Number(Buffer.from(after, "base64").toString()) : 0;
      const end = start + Math.min(first, 100, gitlab.pageSize);
      const nodes = names.slice(start, end).map((name) => ({
        id: `gid://gitlab/Terraform::State/${name}`,
        name,
        lockedAt: states.locks.has(name) ? "2026-11-29T00:00:00Z" : null,
      }));
      return {
        count: names.length,
        nodes,
        pageInfo: { hasNextPage: end < names.length, hasPreviousPage: start > 0, endCursor: btoa(String(end)) },
      };
    },
  });
  const graphql = (request: StubRequest): object => {
    const user = userOf(request);
    const { query, variables } = JSON.parse(request.body) as { query: string; variables: Record<string, unknown> };
    if (parse(query).definitions.some((part) => "operation" in part && part.operation !== "query"))
      throw new Error("a mutation");
    const rootValue = {
      project: ({ fullPath }: { fullPath: string }) => {
        if (fullPath !== project || user === undefined || user === "job") return null;
        const names = user === "developer" ? [...states.bodies.keys()].sort() : [];
        return { id: "gid://gitlab/Project/1", fullPath, terraformStates: list(names).page };
      },
    };
    return graphqlSync({ schema, source: query, rootValue, variableValues: variables });
  };
  const server = await startServer(
    traffic.listener((request, response) => {
      const { pathname, searchParams } = new URL(request.url, "http://localhost");
      const user = userOf(request);
      if (request.method === "POST" && pathname === "/api/graphql") {
        const isUnknown = request.headers["private-token"] !== undefined && user === undefined;
        if (isUnknown) return json(response, 401, { errors: [{ message: "Invalid token" }] });
        return json(response, 200, graphql(request));
      }
      if (user === undefined) return json(response, 401, { message: "401 Unauthorized" });
      const [, id = "", name = "", lock] =
        /^\/api\/v4\/projects\/([^/]+)\/terraform\/state\/([^/]+)(\/lock)?$/.exec(pathname) ?? [];
      if (decodeURIComponent(id) !== project) return json(response, 404, { message: "404 Project Not Found" });
      if (user === "guest") return json(response, 403, { message: "403 Forbidden" });
      const state = decodeURIComponent(name);
      if (lock && request.method === "POST") return states.lock(state, request.body, response);
      if (lock && request.method === "DELETE") return states.unlock(state, response);
      if (request.method === "GET") return states.read(state, response);
      if (request.method === "POST") return states.write(state, request.body, searchParams.get("ID"), response);
      status(response, 405);
    }),
  );
  const { host } = new URL(server.url);
  const gitlab: GitLab = {
    location: `gitlab+http://${host}/${project}`,
    url: server.url,
    host,
    project,
    states,
    traffic,
    pageSize: 100,
    close: () => server.close(),
  };
  return gitlab;
}
