import { DriftError } from "../../common/errors.js";
import { basic, tokenOf } from "./web-location.js";

/** The credentials for a GitLab host. */
export interface GitLabCredentials {
  readonly headers: Readonly<Record<string, string>>;
  /** Whether they are the token of a CI job, which can read states and not list them. */
  readonly isJob: boolean;
}

/**
 * Returns the credentials of the environment: GITLAB_TOKEN, else CI_JOB_TOKEN. The job token is sent only to
 * the server of the job, CI_SERVER_HOST.
 * @throws DriftError if neither is set, or the job runs on another server
 */
export function gitlabCredentials({ host, hostname }: URL): GitLabCredentials {
  const token = tokenOf("GITLAB_TOKEN");
  if (token !== undefined) return { headers: { "private-token": token }, isJob: false };
  const job = tokenOf("CI_JOB_TOKEN");
  if (job === undefined)
    throw new DriftError(`no credentials for ${host}: set GITLAB_TOKEN to an access token with the scope read_api`);
  const server = process.env["CI_SERVER_HOST"];
  if (server?.toLowerCase() !== hostname)
    throw new DriftError(
      `no credentials for ${host}: CI_JOB_TOKEN is for ${server || "the host in CI_SERVER_HOST"} only; set GITLAB_TOKEN`,
    );
  return { headers: basic("gitlab-ci-token", job), isJob: true };
}
