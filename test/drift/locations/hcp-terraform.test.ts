import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hcpStates } from "../../../drift/sources/locations/hcp-terraform";
import { locateStates } from "../../../drift/sources/locations/locate";
import { HttpReader } from "../../../drift/sources/locations/http";
import type { StateSource } from "../../../drift/sources/source";
import { startProxy } from "../../helpers/tls";
import { document, hcpTokens, startHcp, type Hcp } from "./helpers/hcp";
import { bytesOf, messageOf, resourcesOf, stateFile, useVariables } from "./helpers/read";
import { status, text } from "./helpers/stub";

const setVariables = useVariables();
let hcp: Hcp;

beforeAll(async () => {
  hcp = await startHcp();
});
beforeEach(() => {
  hcp.store.clear();
  hcp.traffic.reset();
  hcp.archive.reset();
  hcp.pageSize = 100;
  setVariables({ TFE_HOSTNAME: hcp.host, TFE_TOKEN: hcpTokens.read });
});
afterAll(() => hcp.close());

const list = (location = "tfcloud://acme"): Promise<StateSource[]> =>
  hcpStates(location, new HttpReader({ baseDelay: 1 }));

/** Returns the source of the only workspace. */
async function only(): Promise<StateSource> {
  const [source, ...others] = await list();
  expect(others).toEqual([]);
  return source!;
}

const stacks = (sources: readonly StateSource[]): string[] => sources.map(({ stack }) => stack);

test("all workspaces are listed over several pages, and each state is read when it is iterated", async () => {
  const names = Array.from({ length: 250 }, (_entry, index) => `net-${index}`);
  for (const name of names) hcp.store.addWithState(name, { raw: stateFile(name) });
  const sources = await list();
  expect(stacks(sources)).toEqual(names.map((name) => `acme/${name}`));
  const pages = hcp.traffic.requests.slice(1).map(({ url }) => decodeURIComponent(url));
  expect(pages).toEqual(
    [1, 2, 3].map((page) => `/api/v2/organizations/acme/workspaces?page[size]=100&page[number]=${page}`),
  );
  expect((await resourcesOf(sources[249]!)).map(({ name }) => name)).toEqual(["terraform_data.net-249"]);
  const methods = [...hcp.traffic.requests, ...hcp.archive.requests].map(({ method }) => method);
  expect(new Set(methods)).toEqual(new Set(["GET"]));
});

test("a pattern chooses workspaces, and is an error if it matches none", async () => {
  for (const name of ["net-prod", "net-test", "web"]) hcp.store.add(name);
  expect(stacks(await list("tfcloud://acme/net-*"))).toEqual(["acme/net-prod", "acme/net-test"]);
  expect(stacks(await list("tfcloud://acme/web"))).toEqual(["acme/web"]);
  expect(await messageOf(list("tfcloud://acme/db-*"))).toBe(
    `none of the 3 workspaces of acme on ${hcp.host} that the token can see matches db-*: correct the location, or set TFE_TOKEN to a user or team token with access to the workspaces`,
  );
});

test("an organisation of HCP Terraform is a location of --from", async () => {
  hcp.store.addWithState("net", { raw: stateFile() });
  expect(stacks(await locateStates("tfcloud://acme/net"))).toEqual(["acme/net"]);
});

test("a workspace that never had a state has no resources, and a note", async () => {
  hcp.store.add("new");
  const source = await only();
  expect(source.note).toBeUndefined();
  expect(await resourcesOf(source)).toEqual([]);
  expect(source.note).toBe(
    `the state of the workspace acme/new on ${hcp.host} does not exist yet: the stack has no resources`,
  );
});

test.each([
  ["runs", "a run is in progress"],
  ["users", "a user locked it"],
] as const)("a workspace that is locked by %s is read, and has a note", async (owner, why) => {
  hcp.store.addWithState("net", { raw: stateFile() }).lockedBy = owner;
  const source = await only();
  expect(source.note).toBe(`the workspace acme/net is locked: ${why}`);
  expect(await resourcesOf(source)).toHaveLength(1);
});

test("a workspace whose states the token must not read is an error that names it", async () => {
  hcp.store.addWithState("net", { raw: stateFile() });
  setVariables({ TFE_TOKEN: hcpTokens.noStates });
  expect(await messageOf(bytesOf(await only()))).toBe(
    `cannot read the state of the workspace acme/net on ${hcp.host}: access denied; give the team of the token the permission to read state versions`,
  );
});

test("a workspace without a state is an error if the list does not say that the token can read states", async () => {
  sendPages([{ names: ["net"], total: 1 }]);
  expect(await messageOf(bytesOf(await only()))).toContain("HTTP 404 Not Found; give the team of the token");
});

test("a state that vanishes between the list and the read is an error", async () => {
  const workspace = hcp.store.addWithState("net", { raw: stateFile() });
  const source = await only();
  workspace.current = undefined;
  expect(await messageOf(bytesOf(source))).toContain(
    `cannot read the state of the workspace acme/net on ${hcp.host}: HTTP 404 Not Found;`,
  );
});

test("the raw form is read if the JSON form does not exist", async () => {
  hcp.store.addWithState("net", { raw: stateFile("raw") });
  expect(await bytesOf(await only())).toBe(stateFile("raw"));
  expect(hcp.archive.calls()).toEqual(["GET /v1/object/sv-1/json", "GET /v1/object/sv-1/raw"]);
});

test("a download that is forbidden is an error without its signature", async () => {
  hcp.store.addWithState("net", { raw: stateFile(), json: "{}" });
  hcp.archive.intercept = (_request, response) => status(response, 403);
  const message = await messageOf(bytesOf(await only()));
  expect(message).toContain(`the state of the workspace acme/net on ${hcp.host}: HTTP 403 Forbidden`);
  expect(message).not.toContain(hcp.store.signature);
});

test("a state without a download is an error", async () => {
  hcp.store.addWithState("net", { raw: stateFile() });
  hcp.traffic.intercept = ({ url }, response) =>
    url.endsWith("/current-state-version") && document(response, { data: { attributes: { status: "pending" } } });
  expect(await messageOf(bytesOf(await only()))).toContain("it has no download; run again when its upload is complete");
});

test("a download on another host gets no token, and one on the host of the API gets it", async () => {
  hcp.store.addWithState("net", { raw: stateFile("raw") });
  const direct = `https://${hcp.archiveHost}/v1/object/sv-1/raw?sig=${hcp.store.signature}`;
  for (const address of [direct, "/api/state-versions/sv-1/hosted_state"]) {
    hcp.traffic.intercept = ({ url }, response) =>
      url.endsWith("/current-state-version") &&
      document(response, { data: { attributes: { "hosted-state-download-url": address } } });
    expect(await bytesOf(await only())).toBe(stateFile("raw"));
  }
  const sent = hcp.archive.requests.map(({ headers }) => headers.authorization);
  expect(sent).toEqual([undefined, undefined]);
  expect(hcp.traffic.requests.at(-1)?.headers.authorization).toBe(`Bearer ${hcpTokens.read}`);
});

test.each(["http://example.com/state?s3cret", "http://[s3cret", "ftp://example.com/s3cret"])(
  "a download at %s is refused",
  async (address) => {
    hcp.store.addWithState("net", { raw: stateFile() });
    hcp.traffic.intercept = ({ url }, response) =>
      url.endsWith("/current-state-version") &&
      document(response, { data: { attributes: { "hosted-state-download-url": address } } });
    const message = await messageOf(bytesOf(await only()));
    expect(message).toContain("the address of its download is not https");
    expect(message).not.toContain("s3cret");
  },
);

test("calls are repeated after 429, and end with an error if the host stays unavailable", async () => {
  hcp.store.addWithState("net", { raw: stateFile() });
  const seen = new Set<string>();
  hcp.traffic.intercept = ({ url }, response) => {
    if (seen.has(url)) return false;
    seen.add(url);
    return status(response, 429, { "retry-after": "0" });
  };
  const source = await only();
  expect(await resourcesOf(source)).toHaveLength(1);
  expect(hcp.traffic.requests.length).toBe(seen.size * 2);
  hcp.traffic.intercept = (_request, response) => status(response, 502);
  expect(await messageOf(bytesOf(source))).toContain("HTTP 502 Bad Gateway; try again later");
});

/** A page of a list. */
interface ListedPage {
  readonly names: string[];
  readonly current?: number;
  readonly next?: number;
  readonly total: number;
}

/** Sends these pages in the place of the list. */
function sendPages(pages: readonly ListedPage[]): void {
  let count = 0;
  hcp.traffic.intercept = ({ url }, response) => {
    if (!url.includes("/workspaces?")) return false;
    const { names, current = count + 1, next, total }: ListedPage = pages[count] ?? { names: [], total: 0 };
    count += 1;
    const pagination = { "current-page": current, "next-page": next, "total-count": total };
    const data = names.map((name) => ({ id: `ws-${name}`, type: "workspaces", attributes: { name } }));
    return document(response, { data, meta: { pagination } });
  };
}

test.each<[string, ListedPage[], string]>([
  [
    "repeats a page",
    [
      { names: ["a"], next: 2, total: 2 },
      { names: ["a"], total: 2 },
    ],
    "the workspace a is listed twice; run again",
  ],
  ["is cut short", [{ names: ["a", "b"], total: 3 }], "it has 2 of 3 workspaces; run again"],
  ["sends another page", [{ names: ["a"], current: 2, total: 1 }], "page 2 came instead of page 1; run again"],
  ["leaves out a page", [{ names: ["a"], next: 3, total: 3 }], "page 3 follows page 1; run again"],
  [
    "has a workspace without a name",
    [{ names: [""], total: 1 }],
    "unexpected response at data.0.attributes.name; check the location, or update orange-cmdb",
  ],
])("a list that %s is an error", async (_case, pages, why) => {
  sendPages(pages);
  expect(await messageOf(list())).toBe(`cannot read the list of the workspaces of acme on ${hcp.host}: ${why}`);
});

test("a page that fails after the first is an error, and never a shorter list", async () => {
  hcp.pageSize = 1;
  for (const name of ["a", "b"]) hcp.store.add(name);
  hcp.traffic.intercept = ({ url }, response) => url.endsWith("=2") && status(response, 403);
  expect(await messageOf(list())).toContain(`the workspaces of acme on ${hcp.host}: HTTP 403 Forbidden`);
});

test("an organisation that the token cannot see is an error", async () => {
  expect(await messageOf(list("tfcloud://globex"))).toContain(
    "HTTP 404 Not Found; check the name of the organisation, and set TFE_TOKEN to a user or team token",
  );
});

describe("credentials", () => {
  /** Runs with a login file of OpenTofu. */
  async function withLogin(content: string, work: () => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-login-"));
    try {
      mkdirSync(join(folder, "opentofu"));
      writeFileSync(join(folder, "opentofu", "credentials.tfrc.json"), content);
      setVariables({ XDG_CONFIG_HOME: folder, TFE_TOKEN: "" });
      await work();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  const login = (token: string): string => JSON.stringify({ credentials: { [hcp.host]: { token } } });

  test("the token of tofu login is used if no variable has one, and only for its host", async () => {
    hcp.store.add("net");
    await withLogin(login(hcpTokens.read), async () => expect(await list()).toHaveLength(1));
    await withLogin(JSON.stringify({ credentials: { "app.terraform.io": { token: "x" } } }), async () =>
      expect(await messageOf(list())).toBe(
        `no credentials for ${hcp.host}: set TFE_TOKEN, or run terraform login ${hcp.host}`,
      ),
    );
  });

  test("TF_TOKEN_ with the host wins over the login file, and TFE_TOKEN over both", async () => {
    hcp.store.add("net");
    await withLogin(login("wrong-login"), async () => {
      const variable = `TF_TOKEN_${hcp.host}`;
      setVariables({ [variable]: hcpTokens.read });
      expect(await list()).toHaveLength(1);
      setVariables({ [variable]: "wrong-token", TFE_TOKEN: hcpTokens.read });
      expect(await list()).toHaveLength(1);
    });
  });

  test.each(["{", '{"credentials":{"x":{"token":1}}}', '{"credentials":["s3cret-token"]}'])(
    "a login file that is damaged is an error that does not show it: %s",
    async (content) => {
      await withLogin(content, async () => {
        const message = await messageOf(list());
        expect(message).toContain("credentials.tfrc.json is not a file of terraform login");
        expect(message).not.toContain("s3cret");
      });
    },
  );

  test("a token that the host rejects is an error that does not show it", async () => {
    setVariables({ TFE_TOKEN: "s3cret-wrong-token" });
    const message = await messageOf(list());
    expect(message).toContain("HTTP 401 Unauthorized; set TFE_TOKEN to a user or team token");
    expect(message).not.toContain("s3cret");
  });
});

describe("service discovery", () => {
  test("the request of the services has no token", async () => {
    hcp.store.add("net");
    await list();
    expect(hcp.traffic.requests[0]?.url).toBe("/.well-known/terraform.json");
    expect(hcp.traffic.requests[0]?.headers.authorization).toBeUndefined();
  });

  test.each([
    ["without the service", {}, "it does not offer the service tfe.v2 over https; check TFE_HOSTNAME"],
    ["with a service without TLS", { "tfe.v2": "http://example.com/" }, "it does not offer the service tfe.v2"],
  ])("a host %s is an error", async (_case, services, why) => {
    hcp.traffic.intercept = (_request, response) => text(response, JSON.stringify(services));
    expect(await messageOf(list())).toContain(`cannot read the services of ${hcp.host}: ${why}`);
    expect(hcp.traffic.requests).toHaveLength(1);
  });

  test("a host that is not a Terraform Enterprise is an error", async () => {
    hcp.traffic.intercept = (_request, response) => status(response, 404);
    expect(await messageOf(list())).toBe(
      `cannot read the services of ${hcp.host}: HTTP 404 Not Found; check TFE_HOSTNAME: the host is not a Terraform Enterprise`,
    );
  });

  test("a host with a certificate for another name is an error at once, and gets no token", async () => {
    setVariables({ TFE_HOSTNAME: hcp.host.replace("localhost", "127.0.0.1") });
    expect(await messageOf(list())).toContain("the server's certificate is for another host name");
    expect(hcp.traffic.requests).toEqual([]);
  });

  test.each(["https://tfe.example.com", "user:s3cret@tfe.example.com", "tfe.example.com/s3cret", "a b"])(
    "TFE_HOSTNAME cannot be %s",
    async (name) => {
      setVariables({ TFE_HOSTNAME: name });
      expect(await messageOf(list())).toBe(
        "TFE_HOSTNAME must be a host name, such as app.terraform.io: set it without https://",
      );
    },
  );
});

test("calls go through the proxy of HTTPS_PROXY", async () => {
  const remote = await startHcp("tfe.example.test");
  const proxy = await startProxy(Number(remote.host.split(":")[1]));
  try {
    remote.store.addWithState("net", { raw: stateFile() });
    // The proxy leads every host to the same server.
    remote.traffic.intercept = ({ url }, response) =>
      url.endsWith("/hosted_json_state") && text(response, stateFile("downloaded"));
    setVariables({ TFE_HOSTNAME: "tfe.example.test", HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    const [source] = await list();
    expect((await resourcesOf(source!)).map(({ name }) => name)).toEqual(["terraform_data.downloaded"]);
    expect(proxy.asked.map(({ host }) => host)).toEqual(["tfe.example.test:443", remote.host]);
    setVariables({ NO_PROXY: "tfe.example.test" });
    expect(await messageOf(list())).toMatch(/host not found|DNS lookup failed/);
  } finally {
    await proxy.close();
    await remote.close();
  }
});

test("requests start at most 30 times a second", async () => {
  for (let index = 0; index < 10; index += 1) hcp.store.addWithState(`net-${index}`, { raw: stateFile() });
  const sources = await hcpStates("tfcloud://acme");
  const from = hcp.traffic.requests.length;
  const startedAt = Date.now();
  await Promise.all(sources.map((source) => bytesOf(source)));
  // Ten states need ten calls for the version, and one or two for the download.
  expect(hcp.traffic.requests.length - from).toBeGreaterThanOrEqual(20);
  expect(Date.now() - startedAt).toBeGreaterThan((19 * 1000) / 30);
});

test.each(["tfcloud://", "tfcloud://s3cret:token@acme", "tfcloud://acme/net/s3cret", "tfcloud://acme?token=s3cret"])(
  "rejects the location %s, without its secrets",
  async (location) => {
    expect(await messageOf(list(location))).toBe(
      "a location of HCP Terraform is invalid: write it as tfcloud://ORGANISATION/WORKSPACE",
    );
  },
);
