import { httpState } from "../../../drift/sources/locations/http-state";
import { UNKNOWN } from "../../../policy/rules/resource/resource";
import { findTofu } from "../../terraform/helpers/workspace";
import { httpUser, startHttpBackend, type HttpBackend } from "./helpers/http-backend";
import { resourcesOf, summaryOf, useVariables } from "./helpers/read";
import { makeTofuFolder, type TofuFolder } from "./helpers/tofu";

const setVariables = useVariables();
let folder: TofuFolder;
let backend: HttpBackend;

beforeAll(async () => {
  findTofu();
  backend = await startHttpBackend();
}, 900_000);
beforeEach(() => {
  folder = makeTofuFolder();
});
afterEach(() => folder.remove());
afterAll(() => backend.close());

test("the state that OpenTofu writes to an HTTP backend has the resources of its show -json", async () => {
  const address = `${backend.url}/states/net/prod.tfstate`;
  const block = `backend "http" {
    address = "${address}"
    lock_address = "${address}"
    unlock_address = "${address}"
    username = "${httpUser.name}"
    password = "${httpUser.password}"
  }`;
  const shown = await folder.apply(block, "http");
  expect(backend.traffic.calls()).toEqual(
    expect.arrayContaining(["LOCK /states/net/prod.tfstate", "UNLOCK /states/net/prod.tfstate"]),
  );
  setVariables({ TF_HTTP_USERNAME: httpUser.name, TF_HTTP_PASSWORD: httpUser.password });
  const before = backend.traffic.requests.length;
  const [source] = httpState(`tfstate+${address}`);
  expect(backend.traffic.calls(before)).toEqual([]);
  const read = summaryOf(await resourcesOf(source!));
  expect(read).toHaveLength(5);
  expect(read).toEqual(shown);
  expect(read.find(({ name }) => name === "terraform_data.http")?.input).toEqual({
    ip_address: "192.0.2.1",
    psk: UNKNOWN,
  });
  expect(source).toMatchObject({ stack: `${backend.host}/states/net/prod`, name: `the state ${address}` });
  expect(summaryOf(await resourcesOf(source!))).toEqual(shown);
  expect(backend.traffic.calls(before)).toEqual(["GET /states/net/prod.tfstate", "GET /states/net/prod.tfstate"]);
});
