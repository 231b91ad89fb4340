import { fingerprinted, isAmong, type Found } from "../../drift/report/fingerprint";

const finding = (changes: Partial<Found>): Found => ({
  rule: "attributes-match",
  severity: "warning",
  urn: "urn:pulumi:prod::net::a:b:C::gw",
  type: "a:b:C",
  kind: "configurationItem",
  recordId: "CI-1",
  subject: { what: ["vlan0", "vlan", "number"] },
  message: "gw: vlan0 is 0, but configurationItem CI-1 says 1; set it so, or correct the CMDB",
  expected: 1,
  actual: 0,
  ...changes,
});
const of = (changes: Partial<Found>): string | undefined => fingerprinted([finding(changes)])[0]?.fingerprint;

test("a finding keeps its fingerprint whatever values, words, severity and place in the program it has today", () => {
  const today = {
    severity: "error",
    position: { file: "index.ts", line: 7 },
    actual: 5,
    message: "gw: vlan0 is 5, but configurationItem CI-1 says 1; set it so, or correct the CMDB",
  } as const;
  expect(of(today)).toBe(of({}));
});

test("another property, field, resource, record or rule is another finding", () => {
  const others: Partial<Found>[] = [
    { subject: { what: ["vlan1", "vlan", "number"] } },
    { subject: { what: ["vlan0", "vlan", "equals"] } },
    { subject: {} },
    { urn: "urn:pulumi:prod::net::a:b:C::other" },
    { recordId: "CI-2" },
    { kind: "location" },
    { rule: "record-in-service" },
  ];
  expect(new Set([...others, {}].map(of)).size).toBe(others.length + 1);
});

test("who claims a record is not what the finding is known by, nor the one of them at which it is told", () => {
  const claimed = (urn: string, ...all: string[]): string | undefined =>
    of({ rule: "reference-unique", urn, subject: { what: ["claims"], all } });
  expect(claimed("b", "a", "b")).toBe(claimed("c", "b", "c"));
  const [found] = fingerprinted([finding({ subject: { all: ["a", "b"] } })]);
  expect(found).toMatchObject({ standsFor: ["a", "b"] });
  expect(found).not.toHaveProperty("subject");
});

test("two of the same are told apart", () => {
  const both = fingerprinted([finding({}), finding({})]);
  expect(new Set(both.map(({ fingerprint }) => fingerprint)).size).toBe(2);
});

test("what a report had keeps its fingerprint, and all that it stands for", () => {
  const read = finding({ fingerprint: "0".repeat(32), standsFor: ["a"] });
  expect(fingerprinted([read, read])).toMatchObject([read, read].map(({ subject: _subject, ...rest }) => rest));
});

test("what is not known to be among others is not", () => {
  expect(isAmong(undefined, undefined)).toBe(true);
  expect(isAmong(["a"], ["b", "a"])).toBe(true);
  expect(isAmong(["a", "c"], ["b", "a"])).toBe(false);
  expect(isAmong(["a"], undefined)).toBe(false);
  expect(isAmong(undefined, ["a"])).toBe(false);
});
