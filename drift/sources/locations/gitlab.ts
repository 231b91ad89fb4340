import { matchesWildcard } from "../../../provider/platform/wildcard.js";
import { DriftError } from "../../common/errors.js";
import type { StateSource } from "../source.js";
import { gitlabCredentials, type GitLabCredentials } from "./gitlab-credentials.js";
import { listGitLabStates, type ListedState } from "./gitlab-list.js";
import { HttpReader } from "./http.js";
import { remoteState } from "./remote-state.js";
import { webAddress } from "./web-location.js";

const form = "gitlab://HOST/GROUP/PROJECT?state=NAME";

/** A project of GitLab, and the patterns of its states. */
interface Project {
  readonly url: URL;
  /** With its groups: `group/subgroup/project`. */
  readonly path: string;
  /** Names of states with `*` as a wildcard. Empty: all. */
  readonly patterns: readonly string[];
}

/**
 * Returns the Terraform states that a GitLab project manages: `gitlab://HOST/GROUP/PROJECT` (`gitlab+http` on loopback only). The path
 * is the one of the project, with any number of groups, so the states are chosen in the query: `?state=NAME`, with `*` as a wildcard,
 * repeatable. Default: all. A stack has the name `GROUP/PROJECT/STATE`.
 *
 * GITLAB_TOKEN is a personal, project or group access token with the scope `read_api`. Without it, CI_JOB_TOKEN is used. A job token
 * cannot list states, so the location must name them without `*`.
 * @throws DriftError if the location is invalid, or its states cannot be listed, or a pattern matches none
 */
export async function gitlabStates(location: string, reader = new HttpReader()): Promise<StateSource[]> {
  const project = parse(location);
  const credentials = gitlabCredentials(project.url);
  return (await chosen(project, credentials, reader)).map((state) => source(project, state, credentials, reader));
}

function parse(location: string): Project {
  const url = webAddress(
    location.replace(/^gitlab(\+http)?:/i, (_all, plain) => (plain ? "http:" : "https:")),
    form,
  );
  const path = decoded(url.pathname).replace(/^\/+|\/+$/g, "");
  const patterns = url.searchParams.getAll("state");
  if (!/^[^/]+(\/[^/]+)+$/.test(path) || patterns.includes(""))
    throw new DriftError(`the location on ${url.host} names no project or an empty state: write it as ${form}`);
  const unknown = [...url.searchParams.keys()].find((name) => name !== "state");
  // A pattern after the path would be taken for a project.
  if (unknown !== undefined || path.includes("*"))
    throw new DriftError(`the location of the project ${path} can only have the parameter state: write it as ${form}`);
  return { url, path, patterns };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Returns the states that the patterns choose. States that are named need no list. */
async function chosen(project: Project, credentials: GitLabCredentials, reader: HttpReader): Promise<ListedState[]> {
  const { url, path, patterns } = project;
  if (patterns.length > 0 && patterns.every((pattern) => !pattern.includes("*")))
    return [...new Set(patterns)].map((name) => ({ name, isLocked: false }));
  if (credentials.isJob)
    throw new DriftError(
      `cannot list the states of ${path} on ${url.host}: GitLab does not let CI_JOB_TOKEN list states; name each state with ?state=NAME, or set GITLAB_TOKEN`,
    );
  const states = await listGitLabStates({ url, path, credentials: credentials.headers }, reader);
  const missed = patterns.find((pattern) => !states.some(({ name }) => matchesWildcard(pattern, name)));
  if (missed !== undefined)
    throw new DriftError(
      `none of the ${states.length} states of ${path} on ${url.host} matches ${missed}: correct the pattern`,
    );
  if (patterns.length === 0) return states;
  return states.filter(({ name }) => patterns.some((pattern) => matchesWildcard(pattern, name)));
}

const hints: Readonly<Record<number, string>> = {
  401: "renew the token in GITLAB_TOKEN; a job token is valid only while its job runs",
  403: "use a token with the scope read_api of a user with the role Developer",
  404: "check the project and the name of the state, and that the token has the role Developer",
  422: "the state is scheduled for deletion: run again when GitLab has deleted it, or choose other states with ?state=NAME",
};

function source(
  { url, path }: Project,
  { name: state, isLocked }: ListedState,
  { headers: credentials }: GitLabCredentials,
  reader: HttpReader,
): StateSource {
  const name = `the state ${state} of ${path} on ${url.host}`;
  const address = new URL(
    `/api/v4/projects/${encodeURIComponent(path)}/terraform/state/${encodeURIComponent(state)}`,
    url,
  );
  const call = { subject: name, url: address, credentials, accept: "application/json, */*;q=0.1", hints };
  return remoteState(
    { name, stack: `${path}/${state}`, ...(isLocked ? { note: `${name} is locked: an update is in progress` } : {}) },
    // GitLab sends 204 for a state that was locked and never written.
    () => reader.open({ ...call, absent: [204] }),
  );
}
