import { z } from "zod";
import { mayLeadTo } from "../../../provider/platform/urls.js";
import { matchesWildcard } from "../../../provider/platform/wildcard.js";
import { DriftError } from "../../common/errors.js";
import type { StateSource } from "../source.js";
import { hcpHost, hcpToken } from "./hcp-credentials.js";
import { listWorkspaces, tokenHint, type HcpApi, type HcpWorkspace } from "./hcp-workspaces.js";
import { failed, HttpReader, type HttpResponse, type HttpCall } from "./http.js";
import { remoteState } from "./remote-state.js";

const form = "tfcloud://ORGANISATION/WORKSPACE";

/** The API accepts 30 requests per second of a user. */
const REQUESTS_PER_SECOND = 30;

/**
 * Returns the current states of workspaces of HCP Terraform or Terraform Enterprise: `tfcloud://ORGANISATION[/WORKSPACE]`, with `*` as a
 * wildcard in the name of the workspace. Default: all workspaces that the token can see. TFE_HOSTNAME names a Terraform Enterprise. For
 * the token see {@link hcpToken}. A stack has the name `ORGANISATION/WORKSPACE`.
 * @throws DriftError if the location is invalid, or the workspaces cannot be listed, or none matches
 */
export async function hcpStates(
  location: string,
  reader = new HttpReader({ requestsPerSecond: REQUESTS_PER_SECOND }),
): Promise<StateSource[]> {
  const [, organization, pattern] = /^tfcloud:\/\/([\w-]+)(?:\/([\w*-]+)?)?$/i.exec(location) ?? [];
  // The location is not shown: it could have a token.
  if (organization === undefined) throw new DriftError(`a location of HCP Terraform is invalid: write it as ${form}`);
  const host = hcpHost();
  const credentials = { authorization: `Bearer ${hcpToken(host)}` };
  const api = { base: await discover(host, reader), host: host.host, credentials };
  const all = await listWorkspaces(organization, api, reader);
  const workspaces = all.filter(({ attributes: { name } }) => pattern === undefined || matchesWildcard(pattern, name));
  if (workspaces.length === 0)
    throw new DriftError(
      `none of the ${all.length} workspaces of ${organization} on ${api.host} that the token can see matches ${pattern ?? "*"}: correct the location, or ${tokenHint}`,
    );
  return workspaces.map((workspace) => source(workspace, organization, api, reader));
}

/** Returns the address of the API from the host's service discovery. */
async function discover(host: URL, reader: HttpReader): Promise<URL> {
  const call: HttpCall = {
    subject: `the services of ${host.host}`,
    url: new URL("/.well-known/terraform.json", host),
    credentials: {},
    hints: { 404: "check TFE_HOSTNAME: the host is not a Terraform Enterprise" },
  };
  const services = await reader.json(call, z.looseObject({ "tfe.v2": z.string().optional() }));
  const path = services?.["tfe.v2"];
  const base = path === undefined ? null : URL.parse(path.replace(/\/*$/, "/"), host.href);
  if (base && mayLeadTo(base, host)) return base;
  throw failed(call, "it does not offer the service tfe.v2 over https", "check TFE_HOSTNAME");
}

function source(workspace: HcpWorkspace, organization: string, api: HcpApi, reader: HttpReader): StateSource {
  const stack = `${organization}/${workspace.attributes.name}`;
  const name = `the state of the workspace ${stack} on ${api.host}`;
  const note = lockOf(workspace, stack);
  return remoteState({ name, stack, ...(note === undefined ? {} : { note }) }, () =>
    openState(workspace, name, api, reader),
  );
}

function lockOf({ attributes: { locked }, relationships }: HcpWorkspace, stack: string): string | undefined {
  if (!locked) return undefined;
  const isUser = relationships?.["locked-by"]?.data?.type === "users";
  return `the workspace ${stack} is locked: ${isUser ? "a user locked it" : "a run is in progress"}`;
}

const version = z.object({
  data: z.object({
    attributes: z.object({
      "hosted-json-state-download-url": z.string().nullish(),
      "hosted-state-download-url": z.string().nullish(),
    }),
  }),
});

const permission = "give the team of the token the permission to read state versions";

/** Opens the current state, or returns undefined if the workspace has none. @throws DriftError */
async function openState(
  { id, attributes, relationships }: HcpWorkspace,
  subject: string,
  { base, credentials }: HcpApi,
  reader: HttpReader,
): Promise<HttpResponse | undefined> {
  const call: HttpCall = {
    subject,
    url: new URL(`workspaces/${encodeURIComponent(id)}/current-state-version`, base),
    credentials,
    accept: "application/vnd.api+json",
    hints: { 401: tokenHint, 403: permission, 404: permission },
  };
  const canRead = attributes.permissions?.["can-read-state-versions"];
  if (canRead === false) throw failed(call, "access denied", permission);
  const current = relationships?.["current-state-version"]?.data;
  // The API sends 404 for no state and for no access.
  const isNew = !current && canRead === true;
  const response = await reader.json({ ...call, absent: isNew ? [404] : [] }, version);
  if (response === undefined) return undefined;
  const { "hosted-json-state-download-url": json, "hosted-state-download-url": raw } = response.data.attributes;
  const download = (address: string): HttpCall => {
    const url = URL.parse(address, base.href);
    if (!url || !mayLeadTo(url, base))
      throw failed(call, "the address of its download is not https", "ask the administrator of the host");
    // An address on another host has a signature of its own.
    return {
      ...call,
      url,
      accept: "application/json, */*;q=0.1",
      credentials: url.origin === base.origin ? credentials : {},
    };
  };
  // The JSON form marks sensitive values. States of Terraform before 1.3 do not have it.
  const shown = json ? await reader.open({ ...download(json), absent: raw ? [204, 404] : [] }) : undefined;
  if (shown) return shown;
  if (!raw) throw failed(call, "it has no download", "run again when its upload is complete");
  return reader.open(download(raw));
}
