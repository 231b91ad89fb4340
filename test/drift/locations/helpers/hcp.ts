import type { ServerResponse } from "node:http";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { certificateFor, startTls } from "../../../helpers/tls";
import { HcpStore, type StoredWorkspace } from "./hcp-store";
import { status, StubTraffic, text, type StubRequest } from "./stub";

/** The tokens of {@link startHcp}. The second one cannot read states. */
export const hcpTokens = { read: "user.atlasv1.0123456789abcdef", noStates: "team.atlasv1.89abcdef01234567" };

/** A stand-in for HCP Terraform with the organisation `acme`. Downloads are on another host, by signed addresses. */
export interface Hcp {
  /** With its port. */
  readonly host: string;
  /** The certificate authority, for other programs. This process trusts it. */
  readonly ca: string;
  readonly store: HcpStore;
  readonly traffic: StubTraffic;
  /** The requests to the host of the downloads. */
  readonly archive: StubTraffic;
  readonly archiveHost: string;
  /** The maximum page of its lists. */
  pageSize: number;
  close(): Promise<void>;
}

const mediaType = "application/vnd.api+json";

/** Sends a document of JSON:API. */
export function document(response: ServerResponse, body: object, code = 200): true {
  response.writeHead(code, { "content-type": mediaType, "tfp-api-version": "2.5" }).end(JSON.stringify(body));
  return true;
}

const notFound = (response: ServerResponse): true =>
  document(response, { errors: [{ status: "404", title: "not found" }] }, 404);

/** @param name the host name of its certificate */
export async function startHcp(name = "localhost"): Promise<Hcp> {
  const certificate = await certificateFor(name);
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, certificate.cert]);
  const store = new HcpStore();
  const traffic = new StubTraffic();
  const archive = new StubTraffic();

  const archivist = await startTls(
    certificate,
    archive.listener((request, response) => {
      const { pathname, searchParams } = new URL(request.url, "https://localhost");
      const [, id = "", form = ""] = /^\/v1\/object\/([\w-]+)\/(raw|json)$/.exec(pathname) ?? [];
      const found = store.version(id);
      if (!found || searchParams.get("sig") !== store.signature) return void status(response, 403);
      if (request.method === "PUT") {
        found[form === "raw" ? "raw" : "json"] = request.body;
        return void status(response, 200);
      }
      const body = form === "raw" ? found.raw : found.json;
      if (body === undefined) return void status(response, 404);
      text(response, body, { "content-type": "application/json" });
    }),
  );
  const archiveHost = `${name}:${archivist.port}`;
  const signed = (id: string, form: string): string =>
    `https://${archiveHost}/v1/object/${id}/${form}?sig=${store.signature}`;

  const versionOf = (id: string): object => ({
    id,
    type: "state-versions",
    attributes: {
      status: "finalized",
      "hosted-state-upload-url": signed(id, "raw"),
      "hosted-json-state-upload-url": signed(id, "json"),
      "hosted-state-download-url": `https://${hcp.host}/api/state-versions/${id}/hosted_state`,
      "hosted-json-state-download-url": store.hasJson
        ? `https://${hcp.host}/api/state-versions/${id}/hosted_json_state`
        : null,
    },
  });

  const describe = (workspace: StoredWorkspace, canRead: boolean): object => ({
    id: workspace.id,
    type: "workspaces",
    attributes: {
      name: workspace.name,
      locked: workspace.lockedBy !== undefined,
      "execution-mode": "local",
      operations: false,
      "terraform-version": workspace.terraformVersion,
      permissions: { "can-update": true, "can-lock": true, "can-read-state-versions": canRead },
    },
    relationships: {
      organization: { data: { id: "acme", type: "organizations" } },
      "current-state-version": {
        data: workspace.current === undefined ? null : { id: workspace.current, type: "state-versions" },
      },
      ...(workspace.lockedBy ? { "locked-by": { data: { id: "x-1", type: workspace.lockedBy } } } : {}),
    },
  });

  const answer = (request: StubRequest, response: ServerResponse): unknown => {
    const { pathname, searchParams } = new URL(request.url, "https://localhost");
    if (pathname === "/.well-known/terraform.json") {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ "tfe.v2": "/api/v2/", "modules.v1": "/api/registry/v1/modules/" }));
    }
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    if (!Object.values(hcpTokens).includes(token)) return document(response, { errors: [{ status: "401" }] }, 401);
    const canRead = token === hcpTokens.read;
    const route = `${request.method} ${pathname.replace(/^\/api(\/v2)?\//, "")}`;
    const at = (pattern: RegExp): string[] | undefined => pattern.exec(route)?.slice(1);
    let found: string[] | undefined;
    if (route === "GET ping") return document(response, {});
    if (route === "GET organizations/acme/entitlement-set")
      return document(response, {
        data: { id: "org-1", type: "entitlement-sets", attributes: { operations: true, "state-storage": true } },
      });
    if (route === "GET organizations/acme/workspaces") {
      const size = Math.min(Number(searchParams.get("page[size]") ?? 20), hcp.pageSize);
      const number = Number(searchParams.get("page[number]") ?? 1);
      const all = store.workspaces;
      const data = all.slice((number - 1) * size, number * size).map((workspace) => describe(workspace, canRead));
      const pages = Math.max(1, Math.ceil(all.length / size));
      const pagination = {
        "current-page": number,
        "page-size": size,
        "prev-page": number > 1 ? number - 1 : null,
        "next-page": number < pages ? number + 1 : null,
        "total-pages": pages,
        "total-count": all.length,
      };
      return document(response, { data, meta: { pagination } });
    }
    if (route === "POST organizations/acme/workspaces") {
      const { data } = JSON.parse(request.body) as { data: { attributes: { name: string } } };
      return document(response, { data: describe(store.add(data.attributes.name), canRead) }, 201);
    }
    if ((found = at(/^GET organizations\/acme\/workspaces\/([\w-]+)$/))) {
      const workspace = store.workspaces.find(({ name: own }) => own === found?.[0]);
      return workspace ? document(response, { data: describe(workspace, canRead) }) : notFound(response);
    }
    if ((found = at(/^GET state-versions\/([\w-]+)\/(hosted(?:_json)?_state)$/))) {
      const [id = "", form] = found;
      return status(response, 302, { location: signed(id, form === "hosted_state" ? "raw" : "json") });
    }
    if ((found = at(/^GET state-versions\/([\w-]+)$/))) return document(response, { data: versionOf(found[0] ?? "") });
    const [id = "", action = ""] = at(/^\w+ workspaces\/([\w-]+)(?:\/([\w/-]+))?$/) ?? [];
    const workspace = store.workspaces.find((entry) => entry.id === id);
    if (!workspace) return notFound(response);
    if (request.method === "PATCH" || action === "actions/unlock" || action === "actions/lock") {
      const { data } = JSON.parse(request.body || "{}") as { data?: { attributes?: Record<string, string> } };
      workspace.terraformVersion = data?.attributes?.["terraform-version"] ?? workspace.terraformVersion;
      if (action === "actions/lock" && workspace.lockedBy)
        return document(response, { errors: [{ status: "409", title: "locked" }] }, 409);
      if (action !== "") workspace.lockedBy = action === "actions/lock" ? "users" : undefined;
      return document(response, { data: describe(workspace, canRead) });
    }
    if (action === "current-state-version")
      return workspace.current === undefined || !canRead
        ? notFound(response)
        : document(response, { data: versionOf(workspace.current) });
    if (request.method === "POST" && action === "state-versions")
      return document(response, { data: versionOf(store.addVersion(workspace)) }, 201);
    return notFound(response);
  };

  const server = await startTls(
    certificate,
    traffic.listener((request, response) => void answer(request, response)),
  );
  const hcp: Hcp = {
    host: `${name}:${server.port}`,
    ca: certificate.cert,
    store,
    traffic,
    archive,
    archiveHost,
    pageSize: 100,
    async close() {
      setDefaultCACertificates(before);
      await server.close();
      await archivist.close();
    },
  };
  return hcp;
}
