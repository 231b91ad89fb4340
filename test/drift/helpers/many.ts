import { agreeing } from "./agreeing";
import type { Report } from "../../../drift/report/schema";

/** The report with so many findings, in two hundred stacks. */
export function manyFindings(report: Report, count: number): Report {
  const stacks = Array.from({ length: 200 }, (_, index) => `net/stack-${index}`);
  const rules = ["attributes-match", "record-in-service", "record-exists"] as const;
  const findings = Array.from({ length: count }, (_, index): Report["findings"][number] => ({
    fingerprint: index.toString(16).padStart(32, "0"),
    rule: rules[index % 3] ?? "record-exists",
    severity: index % 3 === 2 ? "error" : "warning",
    stack: stacks[index % stacks.length],
    urn: `urn:pulumi:stack-${index % stacks.length}::net::aws:ec2/customerGateway:CustomerGateway::gw-${index}`,
    type: "aws:ec2/customerGateway:CustomerGateway",
    kind: "configurationItem",
    recordId: `CI-${index}`,
    message: `gw-${index}: ipAddress is "192.0.2.1", but configurationItem CI-${index} says "10.0.0.1"; change the property, or correct the CMDB`,
    expected: "10.0.0.1",
    actual: "192.0.2.1",
  }));
  return agreeing({
    ...report,
    rules: { ...report.rules, cover: [], unique: {} },
    stacks: stacks.map((name) => ({ name, resources: count / stacks.length, referencing: 0 })),
    findings,
    knownFindings: [],
    ignored: [],
  });
}
