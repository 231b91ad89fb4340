import { hash } from "node:crypto";
import { redactUrl } from "../../../provider/platform/urls.js";
import { DriftError } from "../../common/errors.js";
import { stackOfPath, type StateSource } from "../source.js";
import { HttpReader } from "./http.js";
import { remoteState } from "./remote-state.js";
import { basic, webAddress } from "./web-location.js";

const credentialsHint = "set TF_HTTP_USERNAME and TF_HTTP_PASSWORD to a user who can read it";

const hints: Readonly<Record<number, string>> = {
  401: credentialsHint,
  403: credentialsHint,
  404: "check the path, or write a state there first",
  409: "it is locked: run again after the update",
  423: "it is locked: run again after the update",
};

/**
 * Returns the state of Terraform's HTTP backend at `tfstate+https://HOST/PATH` (`tfstate+http` on loopback only). A query is sent and
 * never shown. The credentials are those of the backend: TF_HTTP_USERNAME and TF_HTTP_PASSWORD, by HTTP Basic. The stack has the name
 * `HOST/PATH` without `.json`, `.tfstate` and `.gz`. An HTTP backend reports no locks to readers.
 * @throws DriftError if the location is invalid
 */
export function httpState(location: string, reader = new HttpReader()): StateSource[] {
  const url = webAddress(location.replace(/^tfstate\+/i, ""), "tfstate+https://HOST/PATH");
  const credentials = credentialsOf();
  const name = `the state ${redactUrl(url)}${queryMark(url)}`;
  const stack = stackOfPath((url.host + url.pathname).replace(/\/+$/, ""));
  const call = { subject: name, url, credentials, accept: "application/json, */*;q=0.1", hints, absent: [204] };
  return [remoteState({ name, stack }, () => reader.open(call))];
}

/** Returns a checksum of the query, so that states that differ in it alone have different names. The query can have a secret. */
function queryMark({ search }: URL): string {
  return search === "" ? "" : ` (query ${hash("sha256", search).slice(0, 8)})`;
}

function credentialsOf(): Readonly<Record<string, string>> {
  const { TF_HTTP_USERNAME: user, TF_HTTP_PASSWORD: password } = process.env;
  if (user) return basic(user, password ?? "");
  if (password) throw new DriftError("TF_HTTP_PASSWORD is set without TF_HTTP_USERNAME: set both");
  return {};
}
