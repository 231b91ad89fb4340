import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Check, DoctorReport } from "../../provider/doctor";
import { json } from "../helpers/server";
import { createTestEnvironment } from "../helpers/environment";
import { certificateFor, startProxy, startTls, type Running } from "../helpers/tls";
import { dateRecords } from "./helpers";

const main = resolve(__dirname, "../../dist/cli/main.js");
const host = "cmdb.example.test";
const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-certificate-"));
const running: Running[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the doctor says of the certificate of a host behind a proxy. */
async function examined(days: number, trusted = true, name = host): Promise<Check | undefined> {
  const made = await certificateFor(name, days);
  writeFileSync(join(folder, "ca.pem"), made.cert);
  const server = await startTls(made, (_request, response) => json(response, 200, {}));
  const proxy = await startProxy(server.port);
  running.push(server, proxy);
  const clean = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/proxy/i.test(key)));
  const env = {
    ...clean,
    NODE_OPTIONS: "",
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    ORANGE_CMDB_CACHE_DIR: ":memory:",
    ORANGE_CMDB_ACCESS_TOKEN: "secret-token",
    ORANGE_CMDB_TIMEOUT: "10",
    ORANGE_CMDB_ENDPOINT: `https://${host}/v2`,
    ...(trusted ? { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") } : {}),
  };
  const out = await new Promise<string>((done) => {
    execFile(process.execPath, [main, "doctor", "-o", "json"], { env }, (_error, stdout) => done(stdout));
  });
  expect(out).not.toContain("secret-token");
  return (JSON.parse(out) as DoctorReport).checks.find((check) => check.name === `certificate of ${host}`);
}

test("reports issuer, expiry and trust of a valid certificate", async () => {
  expect(await examined(90)).toMatchObject({
    status: "ok",
    detail: expect.stringMatching(
      /^TLSv1\.\d, issued by cmdb\.example\.test, trusted, valid until \d{4}-\d\d-\d\d \((89|90) days\)$/,
    ) as string,
  });
});

test("warns of a certificate that expires within 30 days", async () => {
  expect(await examined(20)).toMatchObject({
    status: "warning",
    detail: expect.stringMatching(/\((19|20) days\)$/) as string,
    next: expect.stringContaining("renew") as string,
  });
});

test.each<[string, number, boolean, string, RegExp]>([
  ["has expired", -2, true, host, /has expired/],
  ["is of an unknown authority", 90, false, host, /self-signed|unknown authority/],
  ["is for another name", 90, true, "other.example.test", /for another host name/],
])("fails for a certificate that %s, and names the reason", async (_name, days, trusted, name, reason) => {
  expect(await examined(days, trusted, name)).toMatchObject({
    status: "failed",
    detail: expect.stringMatching(reason) as string,
  });
});

test("fails only the check of certificates for an additional authority that Node.js cannot use", async () => {
  const scene = await createTestEnvironment();
  const { cert } = await certificateFor(host);
  const [begin, middle, ...rest] = cert.trim().split("\n");
  const damaged = [begin, middle?.toLowerCase(), ...rest].join("\n");
  const said = async (path: string): Promise<unknown> => {
    dateRecords(scene);
    const { code, out } = await scene.cli(["doctor", "-o", "json"], { NODE_EXTRA_CA_CERTS: path });
    const { checks } = JSON.parse(out) as DoctorReport;
    const failed = checks.filter(({ status }) => status === "failed").map(({ name }) => name);
    const { detail, next } = checks.find(({ name }) => name === "certificates") ?? {};
    return { code, failed, detail, next };
  };
  const file = join(folder, "authority.pem");
  try {
    expect(await said("/nowhere/ca.pem")).toMatchInlineSnapshot(`
     {
       "code": 1,
       "detail": "NODE_EXTRA_CA_CERTS: /nowhere/ca.pem cannot be read: ENOENT",
       "failed": [
         "certificates",
       ],
       "next": "set NODE_EXTRA_CA_CERTS to a file with the authority's certificate (PEM), or unset it",
     }
    `);
    expect(await said(folder)).toMatchInlineSnapshot(`
     {
       "code": 1,
       "detail": "NODE_EXTRA_CA_CERTS: <tmp> cannot be read: EISDIR",
       "failed": [
         "certificates",
       ],
       "next": "set NODE_EXTRA_CA_CERTS to a file with the authority's certificate (PEM), or unset it",
     }
    `);
    writeFileSync(file, "nonsense");
    expect(await said(file)).toMatchInlineSnapshot(`
     {
       "code": 1,
       "detail": "NODE_EXTRA_CA_CERTS: <tmp>/authority.pem has no certificate (-----BEGIN CERTIFICATE-----)",
       "failed": [
         "certificates",
       ],
       "next": "set NODE_EXTRA_CA_CERTS to a file with the authority's certificate (PEM), or unset it",
     }
    `);
    writeFileSync(file, `${cert}\n${damaged}\n`);
    expect(await said(file)).toMatchInlineSnapshot(`
     {
       "code": 1,
       "detail": "NODE_EXTRA_CA_CERTS: <tmp>/authority.pem is corrupt: its certificate no. 2 is invalid",
       "failed": [
         "certificates",
       ],
       "next": "set NODE_EXTRA_CA_CERTS to a file with the authority's certificate (PEM), or unset it",
     }
    `);
    writeFileSync(file, `# Ours\r\n${cert.replaceAll("\n", "\r\n")}\r\n${cert}`);
    expect(await said(file)).toMatchInlineSnapshot(`
     {
       "code": 0,
       "detail": "an additional authority (NODE_EXTRA_CA_CERTS)",
       "failed": [],
       "next": undefined,
     }
    `);
  } finally {
    await scene.end();
  }
});

test("accepts an authority file with a byte order mark, and does not read a pipe", async () => {
  const scene = await createTestEnvironment();
  const { cert } = await certificateFor(host);
  const file = join(folder, "marked.pem");
  writeFileSync(file, `\ufeff${cert}`);
  const of = (out: string): Check | undefined =>
    (JSON.parse(out) as DoctorReport).checks.find(({ name }) => name === "certificates");
  try {
    dateRecords(scene);
    const marked = await scene.cli(["doctor", "-o", "json"], { NODE_EXTRA_CA_CERTS: file });
    expect([marked.code, of(marked.out)?.status]).toEqual([0, "ok"]);
    const env = { ...process.env, ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: ":memory:", NODE_OPTIONS: "" };
    const line = `env NODE_EXTRA_CA_CERTS=<(cat ${file}) ${process.execPath} ${main} doctor -o json`;
    const piped = await new Promise<string>((done) => {
      execFile("bash", ["-c", line], { env }, (_error, out) => done(out));
    });
    expect(of(piped)).toMatchObject({
      status: "unknown",
      detail: expect.stringMatching(/^NODE_EXTRA_CA_CERTS: \/\S+ is not a regular file$/) as string,
    });
  } finally {
    await scene.end();
  }
});
