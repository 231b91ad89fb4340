import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { parseObjectUrl } from "../../provider/objects/object-url";
import { openObjectStore } from "../../provider/objects/open-store";
import { type Backend, startBackend } from "./helpers/backends";
import { azuriteAccount, describeWith } from "./helpers/emulators";
import { useCloudEnvironment } from "./helpers/environment";
import { failureOf, keysOf, putAll, textOf } from "./helpers/objects";

const setEnvironment = useCloudEnvironment();

/** Returns a token that allows to read and list until then. */
function sasToken(expiresOn: Date, permissions = "rl"): string {
  const credential = new StorageSharedKeyCredential(azuriteAccount.name, azuriteAccount.key);
  const options = {
    containerName: "states",
    permissions: ContainerSASPermissions.parse(permissions),
    protocol: SASProtocol.HttpsAndHttp,
    expiresOn,
  };
  return generateBlobSASQueryParameters(options, credential).toString();
}

describeWith(["azurite"], "credentials of Azure Blob Storage", () => {
  let backend: Backend;
  const tomorrow = new Date(Date.now() + 86_400_000);

  beforeAll(async () => {
    backend = await startBackend("azblob");
    setEnvironment(backend.environment);
    await putAll(backend, { "a b.json": "a" });
  });
  afterAll(() => backend.close());

  const read = async (url = backend.url()): Promise<string> => {
    const store = await openObjectStore(parseObjectUrl(url));
    expect(await keysOf(store)).toEqual(["a b.json"]);
    return textOf(await store.open("a b.json"));
  };
  const connectionString = (key: string): string =>
    `DefaultEndpointsProtocol=http;AccountName=${azuriteAccount.name};AccountKey=${key};BlobEndpoint=${backend.emulator.url}/${azuriteAccount.name};`;

  test("come from AZURE_STORAGE_KEY", async () => {
    setEnvironment(backend.environment);
    expect(await read()).toBe("a");
  });

  test("come from AZURE_STORAGE_SAS_TOKEN, with and without a question mark", async () => {
    const token = sasToken(tomorrow);
    for (const text of [token, `?${token}`]) {
      setEnvironment({ AZURE_STORAGE_SAS_TOKEN: text });
      expect(await read()).toBe("a");
    }
  });

  test("come from AZURE_STORAGE_CONNECTION_STRING", async () => {
    setEnvironment({ AZURE_STORAGE_CONNECTION_STRING: connectionString(azuriteAccount.key) });
    expect(await read("azblob://states")).toBe("a");
  });

  test("are in no message about rejected credentials", async () => {
    const wrongKey = Buffer.from("planted wrong key, 0123456789").toString("base64");
    const expired = sasToken(new Date(Date.now() - 86_400_000));
    const listOnly = sasToken(tomorrow, "l");
    const signature = (token: string): string[] => {
      const text = new URLSearchParams(token).get("sig") ?? "";
      return [text, encodeURIComponent(text)];
    };
    const messages: string[] = [];
    for (const [environment, secrets] of [
      [{ AZURE_STORAGE_ACCOUNT: azuriteAccount.name, AZURE_STORAGE_KEY: wrongKey }, [wrongKey]],
      [{ AZURE_STORAGE_SAS_TOKEN: expired }, signature(expired)],
      [{ AZURE_STORAGE_SAS_TOKEN: listOnly }, signature(listOnly)],
      [{ AZURE_STORAGE_CONNECTION_STRING: connectionString(wrongKey) }, [wrongKey]],
      [{ AZURE_STORAGE_CONNECTION_STRING: "planted-text" }, ["planted-text"]],
    ] as const) {
      for (const name of Object.keys(process.env)) if (name.startsWith("AZURE_")) delete process.env[name];
      setEnvironment(environment);
      messages.push((await failureOf(() => read(), secrets)).message);
    }
    expect(messages).toMatchSnapshot();
  });

  test("are never sent to an insecure address, and problems of the URL are reported", async () => {
    setEnvironment(backend.environment);
    const messages: string[] = [];
    for (const query of [
      "protocol=http",
      "protocol=http&domain=blob.example.com",
      "protocol=http&domain=127.0.0.1.example.com",
      "protocol=http&domain=blob.example.com&localemu=true",
      "domain=evil@example.com",
      "storage_account=a/b",
      "cdn=perhaps",
      "key=planted-value",
    ])
      messages.push(
        (await failureOf(() => read(`azblob://states?${query}`), [azuriteAccount.key, "planted-value"])).message,
      );
    expect(messages).toMatchSnapshot();
  });

  test("are reported if the storage account is unknown", async () => {
    expect((await failureOf(() => read("azblob://states"), [])).message).toMatchInlineSnapshot(
      `"azblob://states: the storage account is unknown: add ?storage_account=… to the URL, or set AZURE_STORAGE_ACCOUNT"`,
    );
  });
});
