import { fingerprinted, isAmong, type FindingDraft } from "../../drift/report/fingerprint";

const finding = (changes: Partial<FindingDraft>): FindingDraft => ({
  rule: "attributes-match",
  severity: "warning",
  urn: "urn:pulumi:prod::net::a:b:C::gw",
  type: "a:b:C",
  kind: "configurationItem",
  recordId: "CI-1",
  about: ["vlan0", "vlan", "number"],
  message: "gw: vlan0 is 0, but configurationItem CI-1 says 1; change the property, or correct the CMDB",
  expected: 1,
  actual: 0,
  ...changes,
});
const of = (changes: Partial<FindingDraft>): string | undefined => fingerprinted([finding(changes)])[0]?.fingerprint;

test("a finding keeps its fingerprint if its values, message, severity or source position changes", () => {
  const today = {
    severity: "error",
    position: { file: "index.ts", line: 7 },
    actual: 5,
    message: "gw: vlan0 is 5, but configurationItem CI-1 says 1; change the property, or correct the CMDB",
  } as const;
  expect(of(today)).toBe(of({}));
});

test("a different property, field, resource, record or rule is a different finding", () => {
  const others: Partial<FindingDraft>[] = [
    { about: ["vlan1", "vlan", "number"] },
    { about: ["vlan0", "vlan", "equals"] },
    { about: [] },
    { urn: "urn:pulumi:prod::net::a:b:C::other" },
    { recordId: "CI-2" },
    { kind: "location" },
    { rule: "record-in-service" },
  ];
  expect(new Set([...others, {}].map(of)).size).toBe(others.length + 1);
});

test("the claimants of a record and the resource of the message are not part of the fingerprint", () => {
  const claimed = (urn: string, ...all: string[]): string | undefined =>
    of({ rule: "reference-unique", urn, about: ["claims"], affects: all });
  expect(claimed("b", "a", "b")).toBe(claimed("c", "b", "c"));
  const [found] = fingerprinted([finding({ affects: ["a", "b"] })]);
  expect(found).toMatchObject({ affects: ["a", "b"] });
});

test("two findings with equal facts get different fingerprints", () => {
  const both = fingerprinted([finding({}), finding({})]);
  expect(new Set(both.map(({ fingerprint }) => fingerprint)).size).toBe(2);
});

test("findings of a report keep their fingerprints and affected resources", () => {
  const read = finding({ fingerprint: "0".repeat(32), affects: ["a"] });
  expect(fingerprinted([read, read])).toMatchObject([read, read].map(({ affects, ...rest }) => ({ ...rest, affects })));
});

test("a finding is known only if the baseline has all that it affects", () => {
  expect(isAmong(undefined, undefined)).toBe(true);
  expect(isAmong(["a"], ["b", "a"])).toBe(true);
  expect(isAmong(["a", "c"], ["b", "a"])).toBe(false);
  expect(isAmong(["a"], undefined)).toBe(false);
  expect(isAmong(undefined, ["a"])).toBe(false);
});
