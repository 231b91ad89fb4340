import { agrees } from "../../policy/rules/compare/index.js";

const no = "cannot be compared";

describe("comparators", () => {
  test.each([
    ["equals", "100", 100, true],
    ["equals", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ["equals", ["a", "b"], ["b", "a"], false],
    ["ignore-case", " Cisco", "CISCO", true],
    ["trimmed", " Cisco ", "Cisco", true],
    ["trimmed", "cisco", "Cisco", false],
    ["ip", "2001:DB8:0:0::1", "2001:db8::1", true],
    ["ip", "::ffff:10.0.0.1", "10.0.0.1", true],
    ["ip", "10.0.0.1/32", "10.0.0.1", true],
    ["ip", "10.0.0.0/24", "10.0.0.0/25", false],
    ["ip", "10.0.0.01", "10.0.0.1", false],
    ["ip", "10.0.0.1", "router", no],
    ["cidr", "10.1.2.3", "10.1.0.0/16", true],
    ["cidr", "10.1.0.0/24", "10.1.0.0/16", true],
    ["cidr", "10.0.0.0/8", "10.1.0.0/16", false],
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
    ["number", "1", "many", no],
    ["one-of", "b", ["a", "b"], true],
    ["one-of", "b", "a, b", true],
    ["one-of", "c", "a, b", false],
    ["date", "2026-01-31T22:00:00Z", "2026-01-31", true],
    ["date", "2026-01-31T23:00:00+01:00", "2026-01-31T22:00:00Z", true],
    ["date", 1769896800, "2026-01-31T22:00:00Z", true],
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
    ["date", "2026-01-31T22:00:30Z", "2026-01-31T22:00:00Z", 60, true],
    ["date", "2026-01-31T22:02:00Z", "2026-01-31T22:00:00Z", 60, false],
  ] as const)("%s with a tolerance: %j and %j ± %j % → %j", (as, found, expected, tolerance, result) => {
    expect(agrees(as, found, expected, tolerance as number)).toBe(result);
  });

  test("a catastrophic pattern takes no longer than any other", () => {
    const started = performance.now();
    expect(agrees("regex", `${"a".repeat(5_000)}!`, "(a+)+(a|aa)*")).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
