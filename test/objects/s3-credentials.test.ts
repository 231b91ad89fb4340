import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseObjectUrl } from "../../provider/objects/object-url";
import { openObjectStore } from "../../provider/objects/open-store";
import { type Backend, startBackend } from "./helpers/backends";
import { describeWith, type Emulator, s3Keys, startEmulator } from "./helpers/emulators";
import { useCloudEnvironment } from "./helpers/environment";
import { type FaultProxy, startFaultProxy } from "./helpers/fault-proxy";
import { failureOf, keysOf, putAll } from "./helpers/objects";

const setEnvironment = useCloudEnvironment();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-aws-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files of the AWS CLI, and makes the clients use them. */
function useFiles(config: string, credentials = ""): void {
  // The client reads each file once.
  const home = mkdtempSync(join(folder, "home-"));
  const files = { AWS_CONFIG_FILE: join(home, "config"), AWS_SHARED_CREDENTIALS_FILE: join(home, "credentials") };
  writeFileSync(files.AWS_CONFIG_FILE, config);
  writeFileSync(files.AWS_SHARED_CREDENTIALS_FILE, credentials);
  setEnvironment({ ...files, HOME: home });
}

const keysIn = (profile: string, { accessKeyId, secretAccessKey } = s3Keys): string =>
  `[${profile}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;

describeWith(["versitygw"], "credentials of S3 with a server that checks keys", () => {
  let backend: Backend;

  beforeAll(async () => {
    backend = await startBackend("s3");
    setEnvironment(backend.environment);
    await putAll(backend, { "a.json": "a" });
  });
  afterAll(() => backend.close());

  const list = async (query = ""): Promise<string[]> =>
    keysOf(await openObjectStore(parseObjectUrl(`${backend.url()}${query}`)));
  const failure = async (query = ""): Promise<string> => (await failureOf(() => list(query), backend.secrets)).message;

  test("come from the environment", async () => {
    useFiles("");
    setEnvironment(backend.environment);
    expect(await list()).toEqual(["a.json"]);
  });

  test("come from the default profile, from AWS_PROFILE, and from the profile of the URL", async () => {
    const wrong = { accessKeyId: "AKIAWRONGWRONGWRONG0", secretAccessKey: "planted-wrong-secret-key" };
    useFiles("", keysIn("default") + keysIn("wrong", wrong) + keysIn("right"));
    expect(await list()).toEqual(["a.json"]);
    setEnvironment({ AWS_PROFILE: "wrong" });
    expect(await failure()).toMatchSnapshot();
    expect(await list("&profile=right")).toEqual(["a.json"]);
    setEnvironment({ AWS_PROFILE: "right" });
    expect(await list()).toEqual(["a.json"]);
  });

  test("come from the process that a profile names", async () => {
    const output = { Version: 1, AccessKeyId: s3Keys.accessKeyId, SecretAccessKey: s3Keys.secretAccessKey };
    writeFileSync(join(folder, "keys.json"), JSON.stringify(output));
    useFiles(`[profile process]\ncredential_process = cat ${join(folder, "keys.json")}\n`);
    expect(await list("&profile=process")).toEqual(["a.json"]);
  });

  test("are reported if they are missing, or if the server rejects them", async () => {
    useFiles("");
    expect(await failure()).toMatchSnapshot();
    expect(await failure("&profile=absent")).toMatchSnapshot();
    setEnvironment({ ...backend.environment, AWS_SECRET_ACCESS_KEY: "planted-wrong-secret-key" });
    const message = await failure();
    expect(message).not.toContain("planted-wrong-secret-key");
    expect(message).toMatchSnapshot();
  });

  test("are not used for a URL with anonymous=true", async () => {
    const proxy = await startFaultProxy(backend.emulator.url);
    try {
      setEnvironment(backend.environment);
      const url = `${backend.url("", proxy.url)}&anonymous=true`;
      const store = await openObjectStore(parseObjectUrl(url));
      await failureOf(() => keysOf(store), backend.secrets);
      expect(proxy.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    } finally {
      await proxy.close();
    }
  });

  test("are sent to the endpoint of the environment and of a profile if the URL has none", async () => {
    const url = parseObjectUrl("s3://states?s3ForcePathStyle=true");
    setEnvironment({ ...backend.environment, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: backend.emulator.url });
    expect(await keysOf(await openObjectStore(url))).toEqual(["a.json"]);
    setEnvironment({ AWS_ENDPOINT_URL: "http://s3.example.com" });
    const plain = await openObjectStore(url);
    expect((await failureOf(() => keysOf(plain), backend.secrets)).message).toMatchSnapshot();
  });
});

describeWith(["moto"], "temporary credentials of AWS from STS", () => {
  let moto: Emulator;
  let proxy: FaultProxy;
  const webIdentity = "eyJwbGFudGVk.eyJ3ZWIiOiJpZGVudGl0eSJ9.c2lnbmF0dXJl";
  const role = "arn:aws:iam::123456789012:role/reader";

  beforeAll(async () => {
    moto = await startEmulator("moto");
    await fetch(`${moto.url}/states`, { method: "PUT", headers: { host: `127.0.0.1:${moto.port}` } });
    await fetch(`${moto.url}/states/a.json`, { method: "PUT", body: "a" });
  });
  beforeEach(async () => {
    proxy = await startFaultProxy(moto.url);
    setEnvironment({ AWS_REGION: "eu-west-3", AWS_ENDPOINT_URL_STS: moto.url });
  });
  afterEach(() => proxy.close());
  afterAll(() => moto.close());

  const list = async (query = ""): Promise<string[]> => {
    const url = `s3://states?region=us-east-1&endpoint=${proxy.url}&s3ForcePathStyle=true${query}`;
    return keysOf(await openObjectStore(parseObjectUrl(url)));
  };
  const sentKey = (): string | undefined =>
    /Credential=([^/]+)\//.exec(proxy.requests[0]?.headers.authorization ?? "")?.[1];

  test("are those of the role that a profile assumes", async () => {
    useFiles(`[profile reader]\nrole_arn = ${role}\nsource_profile = base\nregion = us-east-1\n`, keysIn("base"));
    expect(await list("&profile=reader")).toEqual(["a.json"]);
    expect(sentKey()).toMatch(/^ASIA/);
    expect(proxy.requests[0]?.headers["x-amz-security-token"]).toBeTruthy();
  });

  test("are those of a web identity", async () => {
    useFiles("");
    writeFileSync(join(folder, "token"), webIdentity);
    setEnvironment({ AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "token"), AWS_ROLE_ARN: role });
    expect(await list()).toEqual(["a.json"]);
    expect(sentKey()).toMatch(/^ASIA/);
  });

  test("are reported if STS rejects the caller", async () => {
    useFiles("");
    writeFileSync(join(folder, "token"), webIdentity);
    const sts = await startFaultProxy(moto.url);
    try {
      const body = `<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>Token expired: ${webIdentity}</Message></Error></ErrorResponse>`;
      sts.fault = () => ({ status: 400, headers: { "content-type": "text/xml" }, body });
      setEnvironment({
        AWS_ENDPOINT_URL_STS: sts.url,
        AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "token"),
        AWS_ROLE_ARN: role,
      });
      const { message } = await failureOf(() => list(), [webIdentity]);
      expect(message).toMatchSnapshot();
      expect(proxy.requests).toHaveLength(0);
    } finally {
      await sts.close();
    }
  });
});

test("an S3 URL with a problem is rejected before any request", async () => {
  setEnvironment({ AWS_ACCESS_KEY_ID: s3Keys.accessKeyId, AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey });
  useFiles("");
  const queries = [
    "endpoint=http://s3.example.com",
    "endpoint=s3.example.com&disableSSL=true",
    "endpoint=https://user:planted-password@s3.example.com",
    "disable_https=true",
    "s3ForcePathStyle=yes",
    "region=a&region=b",
    "region=evil.example.com/",
    "bucket=planted-value",
    "role=arn:aws:iam::123456789012:role/reader",
    "",
  ];
  const messages = [];
  for (const query of queries)
    messages.push(
      (
        await failureOf(
          async () => keysOf(await openObjectStore(parseObjectUrl(`s3://states?${query}`))),
          ["planted-value", "planted-password", s3Keys.secretAccessKey],
        )
      ).message,
    );
  expect(messages).toMatchSnapshot();
});

test("an S3 URL may have all parameters of the Go CDK", async () => {
  const url =
    "s3://states?awssdk=v2&region=eu-west-3&endpoint=s3.example.com&use_path_style=1&hostname_immutable=T&dualstack=false&fips=false&accelerate=false&ssetype=AES256&kmskeyid=k&rate_limiter_capacity=5&request_checksum_calculation=when_required&response_checksum_validation=when_required";
  expect((await openObjectStore(parseObjectUrl(url))).name).toBe("s3://states");
});
