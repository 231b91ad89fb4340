import { plain } from "../../policy/known.js";
import { unknown } from "../../policy/rules/types.js";

test("an unknown property stands alone: all else beside it is read", () => {
  // The library's own proxy, so that a change in it is noticed.
  const library = jest.requireActual<{
    unknownCheckingProxy(value: object): Record<string, unknown>;
    unknownStringValue: string;
    unknownObjectValue: string;
  }>("@pulumi/policy/proxy");
  const { unknownStringValue: text, unknownObjectValue: whole } = library;
  const proxied = library.unknownCheckingProxy({
    tags: { site: text, owner: "net" },
    list: ["a", text, { deep: whole }],
    whole,
  });
  expect(() => (proxied["tags"] as Record<string, unknown>)["site"]).toThrow("can't be known");
  const read = plain(proxied);
  expect(read).toEqual({
    tags: { site: unknown, owner: "net" },
    list: ["a", unknown, { deep: unknown }],
    whole: unknown,
  });
  expect(Array.isArray(read["list"])).toBe(true);
});
