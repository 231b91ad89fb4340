import type { DoctorReport } from "./report.js";

/** The report with its texts as `redact` leaves them: whatever they were made of, no secret is in them. */
export function withoutSecrets(report: DoctorReport, redact: (text: string) => string): DoctorReport {
  return {
    ...report,
    checks: report.checks.map((check) => ({
      ...check,
      name: redact(check.name),
      detail: redact(check.detail),
      ...(check.next === undefined ? {} : { next: redact(check.next) }),
    })),
    assumptions: report.assumptions.map((verdict) => ({ ...verdict, seen: redact(verdict.seen) })),
    proposals: report.proposals.map(({ setting, value, why }) => ({
      setting,
      value: redact(value),
      why: redact(why),
    })),
  };
}
