import { stackConfig } from "../../provider/settings/sources";
import { settingNames, environmentName } from "../../provider/settings/schema";
import { unknownSettings } from "../../provider/settings/unknown-settings";

const configured = (...keys: string[]) => Object.assign(() => undefined, { keys: () => keys });

test("suggests the nearest setting for an unknown key or variable", () => {
  const env = { ORANGE_CMDB_CLIENTID: "x", ORANGE_CMDB_RULE: "x", ORANGE_CMDB_NONSENSE_OF_ALL_KINDS: "x" };
  expect(unknownSettings(configured("endpont", "rules", "client_id"), env)).toMatchInlineSnapshot(`
   [
     "the stack's configuration has orange-cmdb:endpont, which is not a setting; did you mean orange-cmdb:endpoint?",
     "the stack's configuration has orange-cmdb:client_id, which is not a setting; did you mean orange-cmdb:clientId?",
     "the environment has ORANGE_CMDB_CLIENTID, which is not a setting; did you mean ORANGE_CMDB_CLIENT_ID?",
     "the environment has ORANGE_CMDB_RULE, which is not a setting; did you mean ORANGE_CMDB_RULES?",
     "the environment has ORANGE_CMDB_NONSENSE_OF_ALL_KINDS, which is not a setting",
   ]
  `);
});

test("knows all settings, other variables of the product and those of its tools", () => {
  const others = ["RULES", "VERBOSE", "PULUMI", "NODE", "RUN", "UPDATE", "FUZZ_SEED", "CHAOS_ROUNDS", "ENGINE_DIR"];
  const names = [...settingNames.map(environmentName), ...others.map((name) => `ORANGE_CMDB_${name}`), "ORANGE"];
  const env = Object.fromEntries(names.map((name) => [name, "x"]));
  expect(unknownSettings(configured(...settingNames, "rules", "version"), env)).toEqual([]);
  expect(unknownSettings(() => undefined, { ORANGE_CMDB_CLIENTID: "" })).toEqual([]);
});

test("reads the keys that Pulumi passes, and ignores an unreadable configuration", () => {
  const before = process.env["PULUMI_CONFIG"];
  process.env["PULUMI_CONFIG"] = JSON.stringify({ "orange-cmdb:maxage": "5", "aws:region": "eu-west-3" });
  try {
    expect(unknownSettings(stackConfig, {})).toEqual([expect.stringContaining("orange-cmdb:maxAge?")]);
    process.env["PULUMI_CONFIG"] = "{";
    expect(unknownSettings(stackConfig, {})).toEqual([]);
  } finally {
    if (before === undefined) delete process.env["PULUMI_CONFIG"];
    else process.env["PULUMI_CONFIG"] = before;
  }
});
