import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hcpStates } from "../../../drift/sources/locations/hcp-terraform";
import { UNKNOWN } from "../../../policy/rules/resource/resource";
import { findTofu } from "../../terraform/helpers/workspace";
import { hcpTokens, startHcp, type Hcp } from "./helpers/hcp";
import { resourcesOf, summaryOf, useVariables, type ResourceSummary } from "./helpers/read";
import { makeTofuFolder } from "./helpers/tofu";

const setVariables = useVariables();
let hcp: Hcp;
let authority: string;

beforeAll(async () => {
  findTofu();
  hcp = await startHcp();
  authority = mkdtempSync(join(tmpdir(), "orange-cmdb-ca-"));
  writeFileSync(join(authority, "ca.pem"), hcp.ca);
}, 900_000);
beforeEach(() => hcp.store.clear());
afterAll(async () => {
  await hcp.close();
  rmSync(authority, { recursive: true, force: true });
});

/** Applies a configuration in a workspace. @returns its resources, by `tofu show -json` */
async function apply(workspace: string): Promise<ResourceSummary[]> {
  const folder = makeTofuFolder(
    { SSL_CERT_FILE: join(authority, "ca.pem") },
    `credentials "${hcp.host}" {\n  token = "${hcpTokens.read}"\n}\n`,
  );
  try {
    const cloud = `cloud {
      hostname     = "${hcp.host}"
      organization = "acme"
      workspaces {
        name = "${workspace}"
      }
    }`;
    return await folder.apply(cloud, "cloud");
  } finally {
    folder.remove();
  }
}

test.each([
  ["JSON form", true],
  ["raw form", false],
])(
  "the %s of the state that OpenTofu writes to a workspace has the resources of its show -json",
  async (_form, json) => {
    const shown = await apply("net-prod");
    hcp.store.hasJson = json;
    setVariables({ TFE_HOSTNAME: hcp.host, TFE_TOKEN: hcpTokens.read });
    const [before, downloads] = [hcp.traffic.requests.length, hcp.archive.requests.length];
    const sources = await hcpStates("tfcloud://acme/net-*");
    expect(sources.map(({ stack, note }) => [stack, note])).toEqual([["acme/net-prod", undefined]]);
    const read = summaryOf(await resourcesOf(sources[0]!));
    expect(read).toHaveLength(5);
    expect(read).toEqual(shown);
    expect(read.find(({ name }) => name === "terraform_data.cloud")?.input).toEqual({
      ip_address: "192.0.2.1",
      psk: UNKNOWN,
    });
    const version = hcp.store.workspaces[0]?.current;
    expect(hcp.traffic.calls(before)).toEqual([
      "GET /.well-known/terraform.json",
      "GET /api/v2/organizations/acme/workspaces",
      "GET /api/v2/workspaces/ws-1/current-state-version",
      `GET /api/state-versions/${version}/hosted_${json ? "json_" : ""}state`,
    ]);
    expect(hcp.archive.requests.slice(downloads).map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(hcp.archive.calls(downloads)).toEqual([`GET /v1/object/${version}/${json ? "json" : "raw"}`]);
  },
);
