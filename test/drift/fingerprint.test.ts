import { fingerprinted } from "../../drift/report/fingerprint";
import type { ReportFinding } from "../../drift/report/schema";

const finding = (changes: Partial<ReportFinding>): Omit<ReportFinding, "fingerprint"> => ({
  rule: "attributes-match",
  severity: "warning",
  urn: "urn:pulumi:prod::net::a:b:C::gw",
  type: "a:b:C",
  kind: "configurationItem",
  recordId: "CI-1",
  message: 'gw: ipAddress is "192.0.2.1", but configurationItem CI-1 says "10.0.0.1"; set it so, or correct the CMDB',
  expected: "10.0.0.1",
  actual: "192.0.2.1",
  ...changes,
});
const of = (changes: Partial<ReportFinding>): string | undefined => fingerprinted([finding(changes)])[0]?.fingerprint;

test("a finding keeps its fingerprint whatever values, severity and place in the program it has today", () => {
  const today = {
    severity: "error",
    position: { file: "index.ts", line: 7 },
    actual: "192.0.2.7",
    message: 'gw: ipAddress is "192.0.2.7", but configurationItem CI-1 says "10.0.0.1"; set it so, or correct the CMDB',
  } as const;
  expect(of(today)).toBe(of({}));
});

test("another property, resource, record or rule is another finding", () => {
  const message = 'gw: model is "a", but configurationItem CI-1 says "b"; set it so, or correct the CMDB';
  const others: Partial<ReportFinding>[] = [
    { message, expected: "b", actual: "a" },
    { urn: "urn:pulumi:prod::net::a:b:C::other" },
    { recordId: "CI-2" },
    { rule: "record-in-service" },
  ];
  expect(new Set([...others, {}].map(of)).size).toBe(others.length + 1);
});

test("two of the same are told apart", () => {
  const both = fingerprinted([finding({}), finding({})]);
  expect(new Set(both.map(({ fingerprint }) => fingerprint)).size).toBe(2);
});
