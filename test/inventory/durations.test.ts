import { resolveSettings, type Settings } from "../../provider/settings/resolve";
import { SettingsError } from "../../provider/settings/settings-error";
import type { InventoryArgs } from "../../provider/settings/args";
import { durationIn } from "../../provider/platform/time";
import { parseRulesFile, RulesFileError } from "../../policy/rules/file/rules-file";
import { versionArgument } from "../../cli/options/arguments";

const credentials = { clientId: "id", clientSecret: "secret" };
const resolve = (args: InventoryArgs, env: NodeJS.ProcessEnv = {}): Settings =>
  resolveSettings({ ...credentials, ...args }, () => undefined, env);

test.each([
  ["90s", 90_000],
  ["5m", 300_000],
  ["12h", 43_200_000],
  ["30d", 2_592_000_000],
  ["0s", 0],
])("%s is a duration", (text, milliseconds) => {
  expect(durationIn(text)).toBe(milliseconds);
});

test.each(["5", "m", "5 m", "-5m", "1.5h", "5M", "5min", "1h30m", "0x5m", "1e3s", "", "5m\n"])(
  "%j is not a duration",
  (text) => {
    expect(durationIn(text)).toBeUndefined();
  },
);

test("settings accept durations and seconds, from arguments and the environment", () => {
  const env = { ORANGE_CMDB_MAX_AGE: "5m", ORANGE_CMDB_TIMEOUT: "45" };
  const settings = resolve({ maxStale: "12h", fullSyncAge: 60, historyDays: "48h" }, env);
  expect(settings).toMatchObject({ maxAge: 300, maxStale: 43_200, fullSyncAge: 60, retention: { days: 2 } });
  expect(settings.api.timeout).toBe(45_000);
  expect(resolve({ historyDays: 7, timeout: "2m" })).toMatchObject({
    retention: { days: 7 },
    api: { timeout: 120_000 },
  });
});

test.each<[string, InventoryArgs]>([
  ["an unknown unit", { maxAge: "5 minutes" }],
  ["part of a day", { historyDays: "12h" }],
  ["a zero timeout", { timeout: "0s" }],
  ["a duration that exceeds the range of a timer", { timeout: "30d" }],
  ["a duration in place of a number", { pageSize: "5m" as never }],
])("%s is rejected", (_name, args) => {
  expect(() => resolve(args)).toThrow(SettingsError);
  expect(() => resolve(args)).toThrowErrorMatchingSnapshot();
});

test("the rules file accepts a duration for the age of the inventory", () => {
  expect(parseRulesFile({ fresh: { maxAge: "12h" } }, "rules").fresh.maxAge).toBe("12h");
  expect(() => parseRulesFile({ fresh: { maxAge: "soon" } }, "rules")).toThrow(RulesFileError);
  expect(() => parseRulesFile({ fresh: { maxAge: "0m" } }, "rules")).toThrow(RulesFileError);
});

test("a version of the inventory can be named by its age", () => {
  const version = versionArgument("90s");
  expect("time" in version && Math.abs(Date.now() - 90_000 - version.time)).toBeLessThan(5_000);
});
