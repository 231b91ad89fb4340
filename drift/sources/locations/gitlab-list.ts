import { z } from "zod";
import { secretPattern } from "../../../provider/api/http/secret-encodings.js";
import { printable, shorten } from "../../../provider/platform/printable.js";
import { failed, type HttpCall, type HttpReader } from "./http.js";

/** A state in the list of a project. */
export interface ListedState {
  readonly name: string;
  readonly isLocked: boolean;
}

/** The project whose states are listed. */
export interface ListedProject {
  /** Any URL of the host. */
  readonly url: URL;
  readonly path: string;
  readonly credentials: Readonly<Record<string, string>>;
}

/** A query, not a mutation. The maximum page of GitLab has 100 entries. */
const query = `query($path: ID!, $after: String) {
  project(fullPath: $path) {
    terraformStates(first: 100, after: $after) {
      count
      nodes { name lockedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const list = z.object({
  count: z.number().int(),
  nodes: z.array(z.object({ name: z.string().min(1), lockedAt: z.string().nullish() })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
});

const page = z.object({
  errors: z.array(z.object({ message: z.string() })).optional(),
  data: z.object({ project: z.object({ terraformStates: list }).nullish() }).nullish(),
});

const access = "check the path of the project, and use a token with the scope read_api and the role Developer";

const hints: Readonly<Record<number, string>> = { 401: "renew the token in GITLAB_TOKEN", 403: access, 404: access };

/**
 * Lists all Terraform states of a project, in the order of GitLab. REST has no list, so this is GraphQL.
 * @throws DriftError if the list is incomplete or empty. GitLab returns an empty one to a user who must not read states
 */
export async function listGitLabStates(project: ListedProject, reader: HttpReader): Promise<ListedState[]> {
  const { url, path, credentials } = project;
  const subject = `the list of the states of ${path} on ${url.host}`;
  const call: HttpCall = { subject, url: new URL("/api/graphql", url), credentials, hints };
  const states = new Map<string, ListedState>();
  for (let after: string | null = null; ;) {
    const { count, nodes, pageInfo } = await readPage(call, { path, after }, reader);
    for (const { name, lockedAt } of nodes) {
      if (states.has(name)) throw failed(call, `the state ${name} is listed twice`, "run again");
      states.set(name, { name, isLocked: Boolean(lockedAt) });
    }
    if (!pageInfo.hasNextPage) {
      if (states.size === 0) throw failed(call, "there are no states, or the token cannot read them", access);
      if (states.size === count) return [...states.values()];
      throw failed(call, `it has ${states.size} of ${count} states`, "run again");
    }
    // An empty page would be followed by others without end.
    if (!pageInfo.endCursor || nodes.length === 0)
      throw failed(call, "a page does not lead to the next one", "run again");
    after = pageInfo.endCursor;
  }
}

async function readPage(
  call: HttpCall,
  variables: { readonly path: string; readonly after: string | null },
  reader: HttpReader,
): Promise<z.output<typeof list>> {
  const response = await reader.json({ ...call, query: { query, variables } }, page);
  const [error] = response?.errors ?? [];
  if (error) throw failed(call, `GitLab reports ${shown(error.message, call.credentials)}`, access);
  const found = response?.data?.project?.terraformStates;
  if (!found) throw failed(call, "the project does not exist, or the token cannot read it", access);
  return found;
}

/** Returns a message of the server without the credentials, which it could repeat. */
function shown(message: string, credentials: Readonly<Record<string, string>>): string {
  const patterns = Object.values(credentials).map((value) => secretPattern(value));
  const text = patterns.reduce((rest, pattern) => (pattern ? rest.replace(pattern, "[secret]") : rest), message);
  return JSON.stringify(shorten(printable(text)));
}
