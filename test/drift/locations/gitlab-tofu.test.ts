import { gitlabStates } from "../../../drift/sources/locations/gitlab";
import { findTofu } from "../../terraform/helpers/workspace";
import { gitlabTokens, startGitLab, type GitLab } from "./helpers/gitlab";
import { resourcesOf, summaryOf, useVariables, type ResourceSummary } from "./helpers/read";
import { makeTofuFolder, type TofuFolder } from "./helpers/tofu";

const setVariables = useVariables();
let folder: TofuFolder;
let gitlab: GitLab;

beforeAll(async () => {
  findTofu();
  gitlab = await startGitLab();
}, 900_000);
beforeEach(() => {
  folder = makeTofuFolder();
});
afterEach(() => folder.remove());
afterAll(() => gitlab.close());

test("the states that OpenTofu writes to a GitLab project are listed and have the resources of its show -json", async () => {
  const shown = new Map<string, ResourceSummary[]>();
  for (const name of ["prod", "test.eu"]) {
    const address = `${gitlab.url}/api/v4/projects/${encodeURIComponent(gitlab.project)}/terraform/state/${name}`;
    const block = `backend "http" {
      address = "${address}"
      lock_address = "${address}/lock"
      unlock_address = "${address}/lock"
      lock_method = "POST"
      unlock_method = "DELETE"
      username = "user"
      password = "${gitlabTokens.access}"
    }`;
    shown.set(`${gitlab.project}/${name}`, await folder.apply(block, name.replace(".", "_")));
  }
  setVariables({ GITLAB_TOKEN: gitlabTokens.access });
  const before = gitlab.traffic.requests.length;
  const sources = await gitlabStates(gitlab.location);
  const read = new Map<string, ResourceSummary[]>();
  for (const source of sources) read.set(source.stack, summaryOf(await resourcesOf(source)));
  expect(read).toEqual(shown);
  expect(read.get("net/core/sites/prod")).toHaveLength(5);
  const state = "/api/v4/projects/net%2Fcore%2Fsites/terraform/state";
  expect(gitlab.traffic.calls(before)).toEqual(["POST /api/graphql", `GET ${state}/prod`, `GET ${state}/test.eu`]);
});
