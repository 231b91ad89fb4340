import { mayLeadTo } from "../../provider/platform/urls";

test.each([
  ["https://a.example/x", "https://b.example/y", true],
  ["https://a.example/x", "http://b.example/y", false],
  ["https://a.example/x", "http://127.0.0.1/y", false],
  ["https://a.example/x", "https://localhost/y", false],
  ["https://a.example/x", "ftp://b.example/y", false],
  ["http://127.0.0.1:1/x", "http://127.0.0.1:2/y", true],
  ["http://[::1]:1/x", "https://b.example/y", true],
  ["http://127.0.0.1:1/x", "http://b.example/y", false],
])("a server at %s may lead to %s: %p", (from, target, expected) => {
  expect(mayLeadTo(new URL(target), new URL(from))).toBe(expected);
});
