import type { Report } from "../../report/schema.js";

/** A finding as the page keeps it: a hundred thousand of them must be read at once. Numbers are places in the lists beside it. */
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

/** A line of one of the smaller lists. */
export interface Note {
  readonly title: string;
  readonly detail: string;
}

/** All that the page shows. */
export interface PageData {
  readonly generatedAt: string;
  readonly generator: string;
  readonly failed: boolean;
  readonly failOn: string;
  readonly endpoint: string;
  readonly syncedAt: string;
  /** Where the rules come from, to be put after that. */
  readonly rulesFrom: string;
  readonly shard: string;
  readonly summary: Report["summary"];
  /** What it comes to where no finding is shown. */
  readonly verdict: string;
  /** Whether nothing was compared: then nothing passes. */
  readonly nothing: boolean;
  readonly severities: readonly string[];
  readonly kinds: readonly string[];
  readonly stacks: readonly string[];
  readonly sites: readonly { readonly id: string; readonly name: string }[];
  readonly rules: readonly { readonly name: string; readonly title: string; readonly cure: string }[];
  readonly findings: readonly FindingRow[];
  readonly records: readonly RecordRow[];
  readonly changes: { readonly headline: string; readonly notes: readonly Note[] } | null;
  readonly refresh: { readonly headline: string; readonly notes: readonly Note[] } | null;
  readonly ignored: { readonly headline: string; readonly notes: readonly Note[] } | null;
  readonly notes: { readonly headline: string; readonly notes: readonly Note[] } | null;
  readonly trend: NonNullable<Report["trend"]>;
}
