import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useTestEnvironment } from "../../helpers/hooks";
import { httpUser, startHttpBackend, type HttpBackend } from "./helpers/http-backend";
import { stateFile } from "./helpers/read";

const environment = useTestEnvironment();
let backend: HttpBackend;

beforeAll(async () => {
  backend = await startHttpBackend();
});
afterAll(() => backend.close());

/** Runs a report on states of the backend. */
async function drift(...paths: string[]): Promise<{ code: number; out: string; err: string }> {
  const { cli, cacheDir } = environment();
  writeFileSync(join(cacheDir, "rules.yaml"), 'references: [{ types: ["*"], kind: location }]\n');
  const from = paths.flatMap((path) => ["--from", `tfstate+${backend.url}/states/${path}`]);
  const variables = { TF_HTTP_USERNAME: httpUser.name, TF_HTTP_PASSWORD: httpUser.password };
  return cli(["drift", ...from, "--rules", "rules.yaml", "-o", "json"], variables);
}

/** Returns the texts of all files of the cache. */
function cached(): string {
  const { cacheDir } = environment();
  const entries = readdirSync(cacheDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

test("a report has the stacks of HTTP backends and the note of a state that does not exist yet, and no credentials", async () => {
  backend.states.bodies.set("net", stateFile());
  backend.states.bodies.set("new", "");
  const { code, out, err } = await drift("net?sig=s3cret-signature", "new");
  expect(code).toBe(0);
  const report = JSON.parse(out) as { stacks: { name: string; resources: number }[]; notes: { message: string }[] };
  expect(report.stacks.map(({ name, resources }) => [name, resources])).toEqual([
    [`${backend.host}/states/net`, 1],
    [`${backend.host}/states/new`, 0],
  ]);
  expect(report.notes.map(({ message }) => message)).toContain(
    `the state ${backend.url}/states/new does not exist yet: the stack has no resources`,
  );
  const sent = Buffer.from(`${httpUser.name}:${httpUser.password}`).toString("base64");
  for (const secret of ["s3cret-signature", httpUser.password, sent])
    expect(out + err + cached()).not.toContain(secret);
});

test("a state that cannot be read ends the run with 1, without a report", async () => {
  backend.states.bodies.set("net", stateFile());
  const { code, out, err } = await drift("net", "missing");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain(`cannot read the state ${backend.url}/states/missing: HTTP 404 Not Found; check the path`);
});

test("two states whose locations differ in the query alone are both read", async () => {
  backend.traffic.reset();
  backend.states.bodies.set("net", stateFile());
  await drift("net?env=a", "net?env=b");
  expect(backend.traffic.requests.map(({ url }) => url).sort()).toEqual(["/states/net?env=a", "/states/net?env=b"]);
});
