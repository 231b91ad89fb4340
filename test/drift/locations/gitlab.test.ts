import type { ServerResponse } from "node:http";
import { gitlabStates } from "../../../drift/sources/locations/gitlab";
import { locateStates } from "../../../drift/sources/locations/locate";
import { HttpReader } from "../../../drift/sources/locations/http";
import { json, startServer } from "../../helpers/server";
import { gitlabTokens, startGitLab, type GitLab } from "./helpers/gitlab";
import { bytesOf, messageOf, resourcesOf, stateFile, useVariables } from "./helpers/read";
import { status, text, truncated } from "./helpers/stub";

const setVariables = useVariables();
let gitlab: GitLab;

beforeAll(async () => {
  gitlab = await startGitLab();
});
beforeEach(() => {
  gitlab.traffic.reset();
  gitlab.pageSize = 100;
  gitlab.states.bodies.clear();
  gitlab.states.locks.clear();
  setVariables({ GITLAB_TOKEN: gitlabTokens.access });
});
afterAll(() => gitlab.close());

const list = (query = "", location = gitlab.location): ReturnType<typeof gitlabStates> =>
  gitlabStates(location + query, new HttpReader({ baseDelay: 1 }));

/** Stores states with these names. */
function store(...names: string[]): void {
  for (const name of names) gitlab.states.bodies.set(name, stateFile(name));
}

const isGraphql = (url: string): boolean => url === "/api/graphql";

/** The connection of a page of a list. */
interface Connection {
  count: number;
  nodes: object[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Sends a page of a list. */
function page(response: ServerResponse, terraformStates: Partial<Connection>): true {
  const full = { count: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, ...terraformStates };
  json(response, 200, { data: { project: { terraformStates: full } } });
  return true;
}

test("all states of a project are listed over several pages, and each is read when it is iterated", async () => {
  const names = Array.from({ length: 250 }, (_entry, index) => `state-${String(index).padStart(3, "0")}`);
  store(...names);
  const sources = await list();
  expect(sources.map(({ stack }) => stack)).toEqual(names.map((name) => `net/core/sites/${name}`));
  expect(gitlab.traffic.calls()).toEqual(Array(3).fill("POST /api/graphql"));
  expect((await resourcesOf(sources[249]!)).map(({ name }) => name)).toEqual(["terraform_data.state-249"]);
  expect(gitlab.traffic.calls(3)).toEqual(["GET /api/v4/projects/net%2Fcore%2Fsites/terraform/state/state-249"]);
});

test("the query of the location chooses states by patterns", async () => {
  store("prod-eu", "prod-us", "test", "other");
  const stacks = async (query: string): Promise<string[]> =>
    (await list(query)).map(({ stack }) => stack.replace("net/core/sites/", ""));
  expect(await stacks("?state=prod-*")).toEqual(["prod-eu", "prod-us"]);
  expect(await stacks("?state=prod-*&state=test")).toEqual(["prod-eu", "prod-us", "test"]);
  expect(await messageOf(list("?state=prod-*&state=none-*"))).toBe(
    `none of the 4 states of net/core/sites on ${gitlab.host} matches none-*: correct the pattern`,
  );
});

test("a project of GitLab is a location of --from", async () => {
  store("prod");
  const [source] = await locateStates(gitlab.location);
  expect(source?.stack).toBe("net/core/sites/prod");
  expect(await resourcesOf(source!)).toHaveLength(1);
});

test("states that the location names are read without a list, also with the token of a CI job", async () => {
  store("prod", "test");
  setVariables({ GITLAB_TOKEN: "", CI_JOB_TOKEN: gitlabTokens.job, CI_SERVER_HOST: "127.0.0.1" });
  const sources = await list("?state=prod&state=test&state=prod");
  expect(gitlab.traffic.calls()).toEqual([]);
  for (const source of sources) expect(await resourcesOf(source)).toHaveLength(1);
  expect(gitlab.traffic.calls()).toEqual(
    ["prod", "test"].map((name) => `GET /api/v4/projects/net%2Fcore%2Fsites/terraform/state/${name}`),
  );
});

test("the token of a CI job cannot list states, and the error names the alternatives", async () => {
  setVariables({ GITLAB_TOKEN: "", CI_JOB_TOKEN: gitlabTokens.job, CI_SERVER_HOST: "127.0.0.1" });
  expect(await messageOf(list("?state=prod-*"))).toBe(
    `cannot list the states of net/core/sites on ${gitlab.host}: GitLab does not let CI_JOB_TOKEN list states; name each state with ?state=NAME, or set GITLAB_TOKEN`,
  );
  expect(gitlab.traffic.requests).toEqual([]);
});

test.each([
  ["gitlab.example.com", "gitlab.example.com"],
  ["", "the host in CI_SERVER_HOST"],
])("the token of a CI job is sent to CI_SERVER_HOST only: %s", async (server, shown) => {
  setVariables({ GITLAB_TOKEN: "", CI_JOB_TOKEN: gitlabTokens.job, CI_SERVER_HOST: server });
  expect(await messageOf(list("?state=prod"))).toBe(
    `no credentials for ${gitlab.host}: CI_JOB_TOKEN is for ${shown} only; set GITLAB_TOKEN`,
  );
  expect(gitlab.traffic.requests).toEqual([]);
});

test("missing credentials are an error", async () => {
  setVariables({ GITLAB_TOKEN: "" });
  expect(await messageOf(list())).toBe(
    `no credentials for ${gitlab.host}: set GITLAB_TOKEN to an access token with the scope read_api`,
  );
  setVariables({ GITLAB_TOKEN: "glpat-with-line-end\n" });
  expect(await messageOf(list())).toBe("GITLAB_TOKEN holds characters that cannot be sent in a header: set it again");
});

test("a locked state is read, and has a note", async () => {
  store("free", "locked");
  gitlab.states.locks.set("locked", '{"ID":"1"}');
  const [free, locked] = await list();
  expect([free?.note, locked?.note]).toEqual([
    undefined,
    `the state locked of net/core/sites on ${gitlab.host} is locked: an update is in progress`,
  ]);
  expect(await resourcesOf(locked!)).toHaveLength(1);
});

test("a state that was locked and never written has no resources, and a note about both", async () => {
  gitlab.states.bodies.set("new", "");
  gitlab.states.locks.set("new", '{"ID":"1"}');
  const [source] = await list();
  expect(await resourcesOf(source!)).toEqual([]);
  const name = `the state new of net/core/sites on ${gitlab.host}`;
  expect(source?.note).toBe(
    `${name} is locked: an update is in progress; ${name} does not exist yet: the stack has no resources`,
  );
});

test.each([
  [401, "HTTP 401 Unauthorized; renew the token in GITLAB_TOKEN; a job token is valid only while its job runs"],
  [403, "HTTP 403 Forbidden; use a token with the scope read_api of a user with the role Developer"],
  [404, "HTTP 404 Not Found; check the project and the name of the state, and that the token has the role Developer"],
  [
    422,
    "HTTP 422 Unprocessable Entity; the state is scheduled for deletion: run again when GitLab has deleted it, or choose other states with ?state=NAME",
  ],
])("the status %i of a state is an error that names the state and the next step", async (code, why) => {
  store("prod");
  const [source] = await list();
  gitlab.traffic.intercept = (_request, response) => status(response, code);
  expect(await messageOf(bytesOf(source!))).toBe(
    `cannot read the state prod of net/core/sites on ${gitlab.host}: ${why}`,
  );
});

test("a state that vanishes between the list and the read is an error", async () => {
  store("prod", "test");
  const [source] = await list();
  gitlab.states.bodies.delete("prod");
  expect(await messageOf(bytesOf(source!))).toContain(`the state prod of net/core/sites on ${gitlab.host}: HTTP 404`);
});

test("a list and a state are read again after 429 and after a body that breaks off", async () => {
  store("prod");
  const seen = new Map<string, number>();
  gitlab.traffic.intercept = ({ url }, response) => {
    const count = (seen.get(url) ?? 0) + 1;
    seen.set(url, count);
    if (count === 1) return status(response, 429, { "retry-after": "0" });
    return count === 2 && truncated(response, stateFile("prod"), 10);
  };
  const [source] = await list();
  expect(await bytesOf(source!)).toBe(stateFile("prod"));
  expect([...seen.values()]).toEqual([3, 3]);
});

test.each<[string, number, string]>([
  ["a token that is not valid", 401, "HTTP 401 Unauthorized; renew the token in GITLAB_TOKEN"],
  ["a server that fails", 500, "HTTP 500 Internal Server Error; try again later"],
])("a list is an error for %s", async (_case, code, why) => {
  gitlab.traffic.intercept = (_request, response) => status(response, code);
  expect(await messageOf(list())).toBe(
    `cannot read the list of the states of net/core/sites on ${gitlab.host}: ${why}`,
  );
});

const access = "check the path of the project, and use a token with the scope read_api and the role Developer";

test("a user without the role, for whom GitLab lists nothing, gets an error", async () => {
  store("prod");
  setVariables({ GITLAB_TOKEN: gitlabTokens.noRole });
  expect(await messageOf(list())).toContain(`there are no states, or the token cannot read them; ${access}`);
});

test("a project that the token cannot see is an error", async () => {
  const location = gitlab.location.replace("sites", "unknown");
  expect(await messageOf(list("", location))).toBe(
    `cannot read the list of the states of net/core/unknown on ${gitlab.host}: the project does not exist, or the token cannot read it; ${access}`,
  );
});

test("an error of GraphQL is shown without the token that it repeats", async () => {
  gitlab.traffic.intercept = (_request, response) => {
    json(response, 200, { errors: [{ message: `no scope for ${gitlabTokens.access}\nin this query` }] });
    return true;
  };
  expect(await messageOf(list())).toContain('GitLab reports "no scope for [secret] in this query"');
});

test("a page that fails after the first is an error, and never a shorter list", async () => {
  gitlab.pageSize = 1;
  store("a", "b", "c");
  gitlab.traffic.intercept = (_request, response) => gitlab.traffic.requests.length > 1 && status(response, 403);
  expect(await messageOf(list())).toContain("HTTP 403 Forbidden");
});

const node = (name: string): object => ({ name, lockedAt: null });

test.each<[string, Partial<Connection>[], string]>([
  [
    "repeats a page",
    Array(2).fill({ count: 2, nodes: [node("a")], pageInfo: { hasNextPage: true, endCursor: "x" } }),
    "the state a is listed twice; run again",
  ],
  ["is cut short", [{ count: 3, nodes: [node("a"), node("b")] }], "it has 2 of 3 states; run again"],
  [
    "has an empty page before its end",
    [{ count: 1, nodes: [], pageInfo: { hasNextPage: true, endCursor: "x" } }],
    "a page does not lead to the next one; run again",
  ],
  [
    "has no cursor of the next page",
    [{ count: 2, nodes: [node("a")], pageInfo: { hasNextPage: true, endCursor: null } }],
    "a page does not lead to the next one; run again",
  ],
  [
    "has a state without a name",
    [{ count: 1, nodes: [{ lockedAt: null }] }],
    "unexpected response at data.project.terraformStates.nodes.0.name; check the location, or update orange-cmdb",
  ],
])("a list that %s is an error", async (_case, pages, why) => {
  gitlab.traffic.intercept = (_request, response) => page(response, pages[gitlab.traffic.requests.length - 1] ?? {});
  expect(await messageOf(list())).toBe(
    `cannot read the list of the states of net/core/sites on ${gitlab.host}: ${why}`,
  );
});

test("a login page instead of a list is an error", async () => {
  gitlab.traffic.intercept = (_request, response) => text(response, "<html>s3cret</html>");
  const message = await messageOf(list());
  expect(message).toContain("the response is not JSON; check the location: it can be a login page");
  expect(message).not.toContain("s3cret");
});

test("a redirect of the list is refused, and its target gets no token", async () => {
  const other = await startServer((_request, response) => json(response, 200, {}));
  gitlab.traffic.intercept = (_request, response) => status(response, 307, { location: other.url });
  expect(await messageOf(list())).toContain(
    `the server sent a redirect to ${new URL(other.url).host}; use the address that it redirects to`,
  );
  expect(other.requests).toEqual([]);
  await other.close();
});

test("a redirect of a state to another host is followed without the token", async () => {
  store("prod");
  const other = await startServer((_request, response) => void text(response, stateFile("stored")));
  gitlab.traffic.intercept = ({ url }, response) =>
    !isGraphql(url) && status(response, 302, { location: `${other.url}/object?sig=1` });
  const [source] = await list();
  expect(await bytesOf(source!)).toBe(stateFile("stored"));
  const [sent] = other.requests;
  expect([sent?.headers["private-token"], sent?.headers.authorization]).toEqual([undefined, undefined]);
  await other.close();
});

test.each([
  ["gitlab://user:s3cret-pass@gitlab.example.com/net/sites", "has a user or a password"],
  ["gitlab+http://gitlab.example.com/net/sites", "is plain http"],
  ["gitlab://gitlab.example.com/sites", "names no project"],
  ["gitlab://gitlab.example.com/net//sites", "names no project"],
  ["gitlab://gitlab.example.com/net/sites?state=", "an empty state"],
  ["gitlab://gitlab.example.com/net/sites?token=s3cret", "can only have the parameter state"],
  ["gitlab://gitlab.example.com/net/sites/*", "can only have the parameter state"],
  ["gitlab:///net/sites", "write it as gitlab://HOST/GROUP/PROJECT?state=NAME"],
])("rejects the location %s, without its secrets", async (location, why) => {
  const message = await messageOf(gitlabStates(location));
  expect(message).toContain(why);
  expect(message).not.toContain("s3cret");
});
