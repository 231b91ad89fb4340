import type { Report } from "../../report/schema.js";

/** A finding, compact because a page can have 100,000. Numbers are indexes of the lists in {@link PageData}. */
export type FindingRow = readonly [
  severity: number,
  rule: number,
  stack: number,
  site: number,
  kind: number,
  recordId: string,
  urn: string,
  type: string,
  message: string,
  fingerprint: string,
  expected: string,
  actual: string,
  position: string,
];

/** A record, with the number of resources that refer to it. */
export type RecordRow = readonly [kind: number, recordId: string, name: string, site: number, resources: number];

/** An entry of a small list: changes, refreshed resources, ignored findings, notes. */
export interface Note {
  readonly title: string;
  readonly detail: string;
}

/** Data of the page. */
export interface PageData {
  readonly generatedAt: string;
  readonly generator: string;
  readonly failed: boolean;
  readonly failOn: string;
  readonly endpoint: string;
  readonly syncedAt: string;
  /** Suffix for the header that names the sources of the rules. */
  readonly ruleSources: string;
  readonly shard: string;
  readonly summary: Report["summary"];
  /** Text if there are no findings. */
  readonly verdict: string;
  /** Whether nothing was compared; such a report does not pass. */
  readonly nothing: boolean;
  readonly severities: readonly string[];
  readonly kinds: readonly string[];
  readonly stacks: readonly string[];
  readonly sites: readonly { readonly id: string; readonly name: string }[];
  readonly rules: readonly { readonly name: string; readonly title: string; readonly remediation: string }[];
  readonly findings: readonly FindingRow[];
  readonly records: readonly RecordRow[];
  readonly changes: { readonly headline: string; readonly notes: readonly Note[] } | null;
  readonly refresh: { readonly headline: string; readonly notes: readonly Note[] } | null;
  readonly ignored: { readonly headline: string; readonly notes: readonly Note[] } | null;
  readonly notes: { readonly headline: string; readonly notes: readonly Note[] } | null;
  readonly trend: NonNullable<Report["trend"]>;
}
