import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseObjectUrl } from "../../provider/objects/object-url";
import { openObjectStore } from "../../provider/objects/open-store";
import { json, startServer, type TestServer } from "../helpers/server";
import { type Backend, gcsToken, startBackend } from "./helpers/backends";
import { describeWith } from "./helpers/emulators";
import { useCloudEnvironment } from "./helpers/environment";
import { type FaultProxy, startFaultProxy } from "./helpers/fault-proxy";
import { failureOf, keysOf, putAll } from "./helpers/objects";

const setEnvironment = useCloudEnvironment();

describeWith(["fake-gcs-server"], "credentials of Google Cloud Storage", () => {
  let backend: Backend;
  let proxy: FaultProxy;
  let google: TestServer;
  let folder: string;

  /** The credentials of a workload outside Google, whose token endpoint can be on loopback. */
  const externalAccount = (tokenUrl = `${google.url}/token`): string =>
    JSON.stringify({
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/ci",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: tokenUrl,
      credential_source: { file: join(folder, "subject-token") },
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "orange-cmdb-google-"));
    writeFileSync(join(folder, "subject-token"), "planted-subject-token");
    backend = await startBackend("gs");
    setEnvironment(backend.environment);
    await putAll(backend, { "a.json": "a" });
    // The token endpoint and the metadata server of Google, on loopback.
    google = await startServer(({ url = "" }, response) => {
      response.setHeader("metadata-flavor", "Google");
      if (url.startsWith("/computeMetadata/v1/universe")) return void response.end("googleapis.com");
      const origin = url.startsWith("/token") ? "account" : "metadata";
      if (url.includes("token"))
        json(response, 200, { access_token: `ya29.from-${origin}`, expires_in: 3600, token_type: "Bearer" });
      else response.end("{}");
    });
  });
  beforeEach(async () => {
    proxy = await startFaultProxy(backend.emulator.url);
    setEnvironment({ STORAGE_EMULATOR_HOST: proxy.url, HOME: folder });
  });
  afterEach(() => proxy.close());
  afterAll(async () => {
    await google.close();
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const list = async (query = ""): Promise<string[]> =>
    keysOf(await openObjectStore(parseObjectUrl(`gs://states${query}`)));
  const sent = (): (string | undefined)[] => proxy.requests.map(({ headers }) => headers.authorization);

  test("come from GOOGLE_OAUTH_ACCESS_TOKEN", async () => {
    setEnvironment({ GOOGLE_OAUTH_ACCESS_TOKEN: gcsToken });
    expect(await list()).toEqual(["a.json"]);
    expect(sent()).toEqual([`Bearer ${gcsToken}`]);
  });

  test("come from GOOGLE_CREDENTIALS, which is JSON or a path and wins over a token", async () => {
    const file = join(folder, "account.json");
    writeFileSync(file, externalAccount());
    for (const credentials of [externalAccount(), file]) {
      setEnvironment({ GOOGLE_OAUTH_ACCESS_TOKEN: gcsToken, GOOGLE_CREDENTIALS: credentials });
      expect(await list()).toEqual(["a.json"]);
      expect(sent().at(-1)).toBe("Bearer ya29.from-account");
    }
  });

  test("come from the file of GOOGLE_APPLICATION_CREDENTIALS, and are optional for an emulator", async () => {
    const file = join(folder, "default.json");
    writeFileSync(file, externalAccount());
    expect(await list()).toEqual(["a.json"]);
    expect(sent()).toEqual([undefined]);
    setEnvironment({ GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(await list()).toEqual(["a.json"]);
    expect(sent().at(-1)).toBe("Bearer ya29.from-account");
  });

  test("are reported if Google rejects them", async () => {
    const rejecting = await startServer((_, response) =>
      json(response, 400, {
        error: "invalid_grant",
        error_description: "Invalid JWT: eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl",
      }),
    );
    try {
      setEnvironment({ GOOGLE_CREDENTIALS: externalAccount(`${rejecting.url}/token`) });
      const { message } = await failureOf(() => list(), ["eyJhbGciOi", "planted-subject-token"]);
      expect(message).toMatchSnapshot();
    } finally {
      await rejecting.close();
    }
  });

  test("are reported if they are malformed, without their text", async () => {
    for (const text of ['{"private_key": "planted-text', "/no/such/planted-text.json", '{"type": "planted-text"}']) {
      setEnvironment({ GOOGLE_CREDENTIALS: text });
      expect((await failureOf(() => list(), ["planted-text"])).message).toMatchSnapshot();
    }
  });

  test("are not sent for a URL with anonymous=true or access_id=-", async () => {
    setEnvironment({ GOOGLE_OAUTH_ACCESS_TOKEN: gcsToken });
    expect(await list("?anonymous=true")).toEqual(["a.json"]);
    expect(await list("?access_id=-")).toEqual(["a.json"]);
    expect(sent()).toEqual([undefined, undefined]);
  });

  test("are never sent to an insecure address", async () => {
    setEnvironment({ GOOGLE_OAUTH_ACCESS_TOKEN: gcsToken, STORAGE_EMULATOR_HOST: "http://storage.example.com" });
    const messages = [(await failureOf(() => list(), [gcsToken])).message];
    setEnvironment({ STORAGE_EMULATOR_HOST: "" });
    for (const query of ["?universe_domain=example.com/", "?universe_domain=evil@example.com", "?kms=planted-value"])
      messages.push((await failureOf(() => list(query), [gcsToken, "planted-value"])).message);
    expect(messages).toMatchSnapshot();
  });

  test("come from the metadata server of a virtual machine", async () => {
    setEnvironment({ GCE_METADATA_HOST: new URL(google.url).host, METADATA_SERVER_DETECTION: "assume-present" });
    expect(await list()).toEqual(["a.json"]);
    expect(sent()).toEqual(["Bearer ya29.from-metadata"]);
  });
});
