import { chmodSync, statSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { drift, useOutputs } from "./helpers/outputs";

const { command, at, text } = useOutputs();

describe("--write-ignore", () => {
  const written = [
    "# Owned by the network team.",
    "",
    "ignore:",
    "  # The lab comes and goes.",
    "  - reason: lab # ticket 7",
    "    record: CI-LAB",
    "",
    "  - record: CI-OLD",
    "    reason: old",
    "    until: 2020-01-31",
    '  - { record: "CI-*", reason: "last", resource: "urn:pulumi:none::*" }',
    "# The end.",
    "",
  ];

  test("keeps comments and order, and removes expired entries", async () => {
    writeFileSync(at(".cmdbignore.yaml"), written.join("\n"));
    chmodSync(at(".cmdbignore.yaml"), 0o640);
    expect((await command(`${drift} --write-ignore`)).code).toBe(2);
    const now = text(".cmdbignore.yaml");
    const before = [...written.slice(0, 6), ...written.slice(10, 11)].join("\n");
    expect(now.startsWith(before)).toBe(true);
    expect(now).toContain("# The end.");
    expect(now).not.toContain("CI-OLD");
    expect((parse(now) as { ignore: unknown[] }).ignore).toHaveLength(3);
    expect(statSync(at(".cmdbignore.yaml")).mode & 0o777).toBe(0o640);
    expect((await command(drift)).code).toBe(0);
  });

  test.each([
    ["an empty file", ""],
    ["a comment alone", "# nothing yet\n"],
    ["a map without entries", "{} # none\n"],
    ["an empty list", "ignore: [] # none\n"],
    ["JSON", '{ "ignore": [{ "record": "CI-1", "reason": "x" }] }'],
    ["CRLF", "# why\r\nignore:\r\n  - record: CI-1\r\n    reason: x\r\n"],
    ["anchors", "ignore:\n  - &a { record: CI-1, reason: x }\n  - *a\n"],
  ])("extends %s", async (_name, content) => {
    writeFileSync(at("ignore.yaml"), content);
    const count = ((parse(content) as { ignore?: unknown[] } | null)?.ignore ?? []).length;
    expect((await command(`${drift} --write-ignore=ignore.yaml`)).code).toBe(2);
    expect((parse(text("ignore.yaml")) as { ignore: unknown[] }).ignore).toHaveLength(count + 1);
    for (const comment of content.match(/#[^\r\n]*/g) ?? []) expect(text("ignore.yaml")).toContain(comment);
    expect((await command(`${drift} --ignore-file ignore.yaml`)).code).toBe(0);
  });

  test("changes nothing if an alias loses its anchor", async () => {
    const content =
      "ignore:\n  - &a { record: CI-1, reason: x, until: 2020-01-01 }\n  - { <<: *a, until: 2999-01-01 }\n";
    const list = "x: &l []\n";
    for (const before of [content, list]) {
      writeFileSync(at("ignore.yaml"), before);
      expect((await command(`${drift} --write-ignore=ignore.yaml`)).code).toBe(1);
      expect(text("ignore.yaml")).toBe(before);
    }
  });
});
