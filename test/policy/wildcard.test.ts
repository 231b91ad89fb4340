import { expiryDate } from "../../policy/rules/resource/expiry-date.js";
import { isIgnored } from "../../policy/rules/core/ignored.js";
import { parseRulesFile, type RulesInput } from "../../policy/rules/file/rules-file.js";
import { matchesWildcard } from "../../provider/platform/wildcard.js";

test.each([
  ["", "", true],
  ["", "a", false],
  ["a", "", false],
  ["a", "a", true],
  ["a", "ab", false],
  ["ab", "a", false],
  ["*", "", true],
  ["*", "anything", true],
  ["a*", "a", true],
  ["a*", "abc", true],
  ["a*", "ba", false],
  ["*c", "abc", true],
  ["*c", "abcd", false],
  ["a*c", "abbc", true],
  ["a*c", "ac", true],
  ["a*c", "acb", false],
  ["a*b*c", "aXbYbZc", true],
  ["a*b*c", "aXcYb", false],
  ["*ab", "aab", true],
  ["*aab", "aaab", true],
  ["a**b", "ab", true],
  ["**", "", true],
  ["a*?", "ab", false],
  ["aws:*/vpc:Vpc", "aws:ec2/vpc:Vpc", true],
  ["aws:*/vpc:Vpc", "aws:ec2/vpc:VpcPeering", false],
])("the pattern %j matches the text %j: %j", (pattern, text, fit) => {
  expect(matchesWildcard(pattern, text)).toBe(fit);
});

test("an ignore entry ends with its day, or at its time", () => {
  expect(expiryDate("2026-01-31").toISOString()).toBe("2026-01-31T23:59:59.999Z");
  expect(expiryDate("2026-01-31T10:00:00Z").toISOString()).toBe("2026-01-31T10:00:00.000Z");
});

test("an ignore entry applies to its rule, its resource and its time", () => {
  const at = (ignore: RulesInput["ignore"], now = "2026-01-31T12:00:00Z"): boolean =>
    isIgnored("record-exists", "urn:a", parseRulesFile({ ignore }, "test"), new Date(now));
  const reason = "lab";
  expect(at([])).toBe(false);
  expect(at([{ reason }])).toBe(true);
  expect(at([{ reason, rule: "record-*", resource: "urn:*" }])).toBe(true);
  expect(at([{ reason, rule: "record-in-service" }])).toBe(false);
  expect(at([{ reason, resource: "urn:b" }])).toBe(false);
  expect(at([{ reason, resource: "urn:b" }, { reason }])).toBe(true);
  const until = "2026-01-31T12:00:00Z";
  expect(at([{ reason, until }])).toBe(true);
  expect(at([{ reason, until }], "2026-01-31T12:00:01Z")).toBe(false);
});
