import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { terraformStates } from "../../drift/sources/locations/terraform-states";
import { FolderStore } from "../../provider/objects/folder";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-states-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Returns the names and notes of the states that a glob finds among keys. */
async function found(pattern: string, ...keys: string[]): Promise<[name: string, note: boolean][]> {
  for (const key of keys) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), "{}");
  }
  const states = await terraformStates(new FolderStore(folder), pattern);
  return states.map(({ stack, note }) => [stack, note?.includes("terraform force-unlock") ?? false]);
}

test("states of all workspaces are found, as each backend names them", async () => {
  const s3 = ["net/terraform.tfstate", "env:/staging/net/terraform.tfstate"];
  expect(await found("**/*.tfstate", ...s3)).toEqual([
    ["env:/staging/net/terraform", false],
    ["net/terraform", false],
  ]);
  expect(await found("azure/**/*.tfstate*", "azure/a.tfstate", "azure/a.tfstateenv:staging")).toEqual([
    ["azure/a", false],
    ["azure/a.tfstateenv:staging", false],
  ]);
});

test("a lock gives its state a note, and is not a state itself", async () => {
  const keys = ["s3/a", "s3/a.tflock", "s3/b", "gcs/default.tfstate", "gcs/default.tflock", "gcs/other.tfstate"];
  expect(await found("**", ...keys)).toEqual([
    ["gcs/default", true],
    ["gcs/other", false],
    ["s3/a", true],
    ["s3/b", false],
  ]);
});

test("a key is found as it is written, with characters that are special in globs", async () => {
  const odd = ["a [1] {b}/ü %2F+!.tfstate", "a 1 b/x.tfstate"];
  expect(await found(odd[0] ?? "", ...odd)).toEqual([["a [1] {b}/ü %2F+!", false]]);
});

test("a glob of names without a folder does not reach into folders", async () => {
  expect(await found("*.tfstate", "a.tfstate", "b/c.tfstate")).toEqual([["a", false]]);
});

test("backups are not states, and a pattern that matches no state is an error", async () => {
  await expect(found("**", "a.tfstate.backup", "b.tfstate.backup.gz/.keep")).rejects.toThrow(
    `${folder}/** matches no state: check the location and its glob`,
  );
});
