import { SettingsError } from "../../provider/settings/settings-error";
import { isUserError } from "../../provider/platform/user-error";

const problem = { setting: "pageSize", problem: "is wrong", reason: "is wrong" } as const;

test("recognizes a problem that a user can fix, also from another copy of the package", () => {
  const copy: { SettingsError: typeof SettingsError } = { SettingsError };
  jest.isolateModules(() => Object.assign(copy, jest.requireActual("../../provider/settings/settings-error")));
  const other = new copy.SettingsError([problem]);
  expect(other).not.toBeInstanceOf(SettingsError);
  expect([isUserError(new SettingsError([problem])), isUserError(other)]).toEqual([true, true]);
  expect(other.title).toBe("Settings of the provider are missing or invalid");
});

test("does not treat a fault of the program as such a problem", () => {
  expect([new TypeError("x is not a function"), "text", undefined, { title: "no error" }].map(isUserError)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
