import type { Finding } from "../../policy/rules/core/types.js";
import type { ExpectedFinding } from "./schema.js";

/** The findings of a case that differ from the expected ones. */
export interface Difference {
  /** Indexes of expected findings that were not reported. */
  readonly missing: readonly number[];
  /** Findings that were not expected. */
  readonly unexpected: readonly Finding[];
}

/** Pairs each expected finding with a reported one. A pair is changed if that lets another expected finding have one. */
export function compareFindings(expected: readonly ExpectedFinding[], reported: readonly Finding[]): Difference {
  const pairs = new Map<number, number>();
  const pair = (index: number, tried: Set<number>): boolean =>
    reported.some((finding, at) => {
      const wanted = expected[index];
      if (tried.has(at) || wanted === undefined || !fits(wanted, finding)) return false;
      tried.add(at);
      const other = pairs.get(at);
      if (other !== undefined && !pair(other, tried)) return false;
      pairs.set(at, index);
      return true;
    });
  const missing = expected.flatMap((_, index) => (pair(index, new Set()) ? [] : [index]));
  return { missing, unexpected: reported.filter((_, at) => !pairs.has(at)) };
}

function fits(wanted: ExpectedFinding, finding: Finding): boolean {
  const { rule, property, record, resource, severity, message } = wanted;
  const isSame = (expected: string | undefined, actual: string | undefined): boolean =>
    expected === undefined || expected === actual;
  return (
    wanted.undecided === (finding.undecided === true) &&
    isSame(rule, finding.rule) &&
    isSame(record, finding.recordId) &&
    isSame(severity, finding.severity) &&
    (resource === undefined || isNamed(resource, finding.urn)) &&
    (message === undefined || finding.message.includes(message)) &&
    (property === undefined || isAbout(property, finding))
  );
}

/** Returns whether this is the name of the resource, or of a Terraform resource the end of its address. */
function isNamed(name: string, urn: string): boolean {
  return urn.endsWith(`::${name}`) || (urn.startsWith("urn:terraform:") && urn.endsWith(`.${name}`));
}

function isAbout(property: string, { about = [], affects = [], undecided }: Finding): boolean {
  return about[0] === property || (undecided === true && affects.includes(property));
}

/** Describes an expected finding as the test file writes it. */
export function describeExpected({ undecided, ...given }: ExpectedFinding): string {
  const keys = Object.entries({ ...given, ...(undecided ? { undecided } : {}) });
  return keys.map(([name, value]) => `${name}: ${String(value)}`).join(", ");
}
