import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseTime } from "../../provider/platform/time.js";

test.each([
  ["2026-11-24", "2026-11-24T00:00:00.000Z"],
  ["2026-11-24T18:00", "2026-11-24T18:00:00.000Z"],
  ["2026-11-24 18:00:30", "2026-11-24T18:00:30.000Z"],
  ["2026-11-24T18:00:30.1234", "2026-11-24T18:00:30.123Z"],
  ["2026-11-24T18:00:30,5z", "2026-11-24T18:00:30.500Z"],
  ["2026-11-24T18:00+02:00", "2026-11-24T16:00:00.000Z"],
  ["2026-11-24T18:00-0530", "2026-11-24T23:30:00.000Z"],
  ["2026-11-24T18:00+02", "2026-11-24T16:00:00.000Z"],
  ["2026-11-24T24:00", "2026-11-25T00:00:00.000Z"],
  ["2024-02-29", "2024-02-29T00:00:00.000Z"],
  ["0099-01-01", "0099-01-01T00:00:00.000Z"],
])("parses %s as %s", (text, time) => {
  expect(new Date(parseTime(text)).toISOString()).toBe(time);
});

test.each([
  ...[
    "2026-02-29",
    "2026-13-01",
    "2026-00-01",
    "2026-01-00",
    "2026-01-01T25:00",
    "2026-01-01T24:01",
    "2026-01-01T10:60",
  ],
  ...[
    "2026-01-01T10:00:61",
    "2026-01-01T10:00+24:00",
    "2026-01-01T10",
    "2026-1-1",
    "01/02/2026",
    "2026-01-01 at 10:00",
    "",
  ],
])("rejects %j", (text) => {
  expect(parseTime(text)).toBeNaN();
});

/** Prints what the built project makes of texts without a zone. */
const script = `
  const { agrees } = require("./policy/rules/compare/index.js");
  const { expiryDate } = require("./policy/rules/resource/expiry-date.js");
  const { versionArgument } = require("./cli/options/arguments.js");
  const { retryAfter } = require("./provider/api/http/retry-after.js");
  console.log(JSON.stringify([
    agrees("date", "2026-01-31T22:00", "2026-01-31T22:00:00Z"),
    agrees("date", "2026-01-31T22:00:00", "2026-01-31"),
    agrees("date", "2026-02-01T01:00", "2026-01-31"),
    expiryDate("2027-01-31").toISOString(),
    expiryDate("2027-01-31T12:00").toISOString(),
    versionArgument("2026-11-24"),
    versionArgument("2026-11-24T18:00"),
    retryAfter("Sun Nov  6 08:49:38 1994", "Sun, 06 Nov 1994 08:49:37 GMT"),
  ]));`;

test.each(["UTC", "America/New_York", "Asia/Tokyo"])("takes a time without a zone as UTC if TZ is %s", (zone) => {
  const output = execFileSync(process.execPath, ["-e", script], {
    cwd: join(__dirname, "../../dist"),
    env: { ...process.env, TZ: zone },
    encoding: "utf8",
  });
  expect(JSON.parse(output)).toEqual([
    ...[true, true, false, "2027-01-31T23:59:59.999Z", "2027-01-31T12:00:00.000Z"],
    ...[{ time: Date.UTC(2026, 10, 24) }, { time: Date.UTC(2026, 10, 24, 18) }, 1_000],
  ]);
});
