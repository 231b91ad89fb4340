import { resolveSettings, SettingsError, type InventoryArgs, type Settings } from "../../provider/config";
import { durationIn } from "../../provider/inventory/time";
import { parseRulesFile, RulesFileError } from "../../policy/rules/rules-file";
import { versionArgument } from "../../cli/arguments";

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
  "%j is no duration",
  (text) => {
    expect(durationIn(text)).toBeUndefined();
  },
);

test("settings take durations beside seconds, from arguments and the environment", () => {
  const env = { ORANGE_CMDB_MAX_AGE: "5m", ORANGE_CMDB_TIMEOUT: "45" };
  const settings = resolve({ maxStale: "12h", fullSyncAge: 60, historyDays: "48h" }, env);
  expect(settings).toMatchObject({ maxAge: 300, maxStale: 43_200, fullSyncAge: 60, keep: { days: 2 } });
  expect(settings.api.timeout).toBe(45_000);
  expect(resolve({ historyDays: 7, timeout: "2m" })).toMatchObject({ keep: { days: 7 }, api: { timeout: 120_000 } });
});

test.each<[string, InventoryArgs, RegExp]>([
  ["no unit that there is", { maxAge: "5 minutes" }, /maxAge is wrong: is not a whole number/],
  ["part of a day", { historyDays: "12h" }, /historyDays is wrong: is not a whole number/],
  ["no time at all for a call", { timeout: "0s" }, /timeout is wrong: must be 1 or more/],
  ["longer than a timer can wait", { timeout: "30d" }, /timeout is wrong: is more than/],
  ["a duration where a number is wanted", { pageSize: "5m" as never }, /pageSize is wrong: is not a whole number/],
])("%s is refused", (_name, args, message) => {
  expect(() => resolve(args)).toThrow(SettingsError);
  expect(() => resolve(args)).toThrow(message);
});

test("the rules file takes a duration for the age of the inventory", () => {
  expect(parseRulesFile({ fresh: { maxAge: "12h" } }, "rules").fresh.maxAge).toBe("12h");
  expect(() => parseRulesFile({ fresh: { maxAge: "soon" } }, "rules")).toThrow(RulesFileError);
  expect(() => parseRulesFile({ fresh: { maxAge: "0m" } }, "rules")).toThrow(RulesFileError);
});

test("a version of the inventory is named by how long ago it was", () => {
  const version = versionArgument("90s");
  expect("time" in version && Math.abs(Date.now() - 90_000 - version.time)).toBeLessThan(5_000);
});
