import { toPlainData } from "../../policy/engine/unknown-values.js";
import { UNKNOWN } from "../../policy/rules/resource/resource.js";

test("an unknown property does not hide its siblings", () => {
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
  const read = toPlainData(proxied);
  expect(read).toEqual({
    tags: { site: UNKNOWN, owner: "net" },
    list: ["a", UNKNOWN, { deep: UNKNOWN }],
    whole: UNKNOWN,
  });
  expect(Array.isArray(read["list"])).toBe(true);
});
