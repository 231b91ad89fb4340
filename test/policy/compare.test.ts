import { agrees } from "../../policy/rules/compare/index.js";

const no = "cannot be compared";

describe("comparators", () => {
  test.each([
    ["equals", "100", 100, true],
    ["equals", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ["equals", ["a", "b"], ["b", "a"], false],
    ["equals", "a", "b", false],
    ["equals", "a", ["a", "b"], false],
    ["equals", { a: 1 }, "[object Object]", false],
    ["equals", "[object Object]", { a: 1 }, false],
    ["ignore-case", "Cisco", "Juniper", false],
    ["ignore-case", " Cisco", "CISCO", true],
    ["trimmed", " Cisco ", "Cisco", true],
    ["trimmed", "cisco", "Cisco", false],
    ["trimmed", "Cisco", " Cisco ", true],
    ["ip", "2001:DB8:0:0::1", "2001:db8::1", true],
    ["ip", "::ffff:10.0.0.1", "10.0.0.1", true],
    ["ip", "10.0.0.1/32", "10.0.0.1", true],
    ["ip", "10.0.0.0/24", "10.0.0.0/25", false],
    ["ip", "10.0.0.01", "10.0.0.1", false],
    ["ip", "10.0.0.1", "router", no],
    ["ip", " 10.0.0.1 ", "10.0.0.1", true],
    ["ip", "10.0.0.1", "10.0.0.2", false],
    ["ip", "10.0.0.1/24/3", "10.0.0.1/24", false],
    ["ip", "10.0.0.0/1e1", "10.0.0.0/10", false],
    ["ip", "10.0.0.0/x", "10.0.0.0/1", false],
    ["ip", "::ffff:10.0.0.0/120", "10.0.0.0/24", true],
    ["ip", "10.0.0.0/24", "::ffff:10.0.0.0/90", no],
    ["cidr", "10.1.2.3", "10.1.0.0/16", true],
    ["cidr", "10.1.0.0/24", "10.1.0.0/16", true],
    ["cidr", "10.0.0.0/8", "10.1.0.0/16", false],
    ["cidr", "10.1.0.0/8", "10.1.0.0/16", false],
    ["cidr", "10.1.0.0/16", "10.1.0.0/16", true],
    ["cidr", "10.2.0.1", "10.1.0.0/16", false],
    ["cidr", "8.8.8.8", "0.0.0.0/0", true],
    ["cidr", "2001:db8::1", "2001:db8::/32", true],
    ["cidr", "2001:db8:1::/48", "2001:DB8:0::/32", true],
    ["cidr", "::1", "10.0.0.0/8", false],
    ["cidr", "nonsense", "10.0.0.0/8", false],
    ["cidr", "10.0.0.1", "10.0.0.0/33", no],
    ["regex", "rtr-par-01", "rtr-[a-z]+-\\d+", true],
    ["regex", "xrtr-par-01", "rtr-[a-z]+-\\d+", false],
    ["regex", "x", "(", no],
    ["number", "1e2", 100, true],
    ["number", "100 Mbps", 100, false],
    ["number", "", 0, false],
    ["number", " ", 0, false],
    ["number", "1", "many", no],
    ["one-of", "b", ["a", "b"], true],
    ["one-of", "b", ["b"], true],
    ["one-of", "c", ["a", "b"], false],
    ["one-of", " b ", "a, b", true],
    ["one-of", "b", "a, b", true],
    ["one-of", "c", "a, b", false],
    ["date", "2026-01-31T22:00:00Z", "2026-01-31", true],
    ["date", "2026-01-31T23:00:00+01:00", "2026-01-31T22:00:00Z", true],
    ["date", 1769896800, "2026-01-31T22:00:00Z", true],
    ["date", 1769896800000, "2026-01-31T22:00:00Z", true],
    ["date", " 2026-01-31 ", "2026-01-31T22:00:00Z", true],
    ["date", "2026-01-31T22:00:00Z", " 2026-01-31 ", true],
    ["date", -1769896800, "1913-12-01T02:00:00Z", false],
    ["date", -1769896800000, "1913-12-01T02:00:00Z", false],
    ["date", "1769896800.0", "2026-01-31T22:00:00Z", false],
    ["date", "1769896800000.0", "2026-01-31T22:00:00Z", false],
    ["date", "from 2026-01-31", "2026-01-31", false],
    ["date", "2026-01-3", "2026-01-03", false],
    ["date", "soon", "2026-01-31", false],
    ["date", "2026-02-01", "2026-01-31", false],
    ["date", "2026-02-01", "tomorrow", no],
  ] as const)("%s: %j and %j → %j", (as, found, expected, result) => {
    const agreement = agrees(as, found, expected);
    expect(typeof agreement === "string" ? no : agreement).toBe(result);
  });

  test.each([
    ["number", 104, 100, 4, true],
    ["number", 105, 100, 4, false],
    ["number", 104, 100, "5%", true],
    ["number", 106, 100, "5%", false],
    ["number", -95, -100, "5%", true],
    ["number", 114, 100, "15%", true],
    ["date", "2026-01-31T22:00:30Z", "2026-01-31T22:00:00Z", 60, true],
    ["date", "2026-01-31T22:02:00Z", "2026-01-31T22:00:00Z", 60, false],
  ] as const)("%s with a tolerance: %j and %j ± %j % → %j", (as, found, expected, tolerance, result) => {
    expect(agrees(as, found, expected, tolerance as number)).toBe(result);
  });

  test.each([
    ["ip", "router", '"router" is no IP address or network'],
    ["cidr", "10.0.0.0/33", '"10.0.0.0/33" is no IP address or network'],
    ["regex", "(", '"(" is no regular expression (RE2)'],
    ["number", "many", '"many" is no number'],
    ["date", "tomorrow", '"tomorrow" is no date (ISO 8601, or seconds or milliseconds since 1970)'],
  ] as const)("%s: what is wrong with %s is said", (as, record, reason) => {
    expect(agrees(as, "1", record)).toBe(reason);
  });

  test.each([[undefined], [null]])("%s, which is not set, fits nothing that is wanted", (value) => {
    expect(agrees("regex", value, ".*")).toBe(false);
    expect(agrees("equals", value, String(value))).toBe(false);
  });

  test("a function of one's own sees the values as they are", () => {
    const seen: unknown[] = [];
    const longer = (property: unknown, record: unknown): boolean => {
      seen.push(property, record);
      return String(property).length > String(record).length;
    };
    expect(agrees(longer, [1], undefined)).toBe(false);
    expect(agrees(longer, "abc", "ab")).toBe(true);
    expect(seen).toEqual([[1], undefined, "abc", "ab"]);
  });

  test("a catastrophic pattern takes no longer than any other", () => {
    const started = performance.now();
    expect(agrees("regex", `${"a".repeat(5_000)}!`, "(a+)+(a|aa)*")).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
