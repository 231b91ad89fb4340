import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { marked, type Token } from "marked";
import { packedFiles } from "../helpers/package";

const root = resolve(__dirname, "../..");

/** Returns the files of the checkout, also those that are not committed yet. */
function checkoutFiles(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  return execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
}

let packed: string[];
beforeAll(() => {
  packed = packedFiles().map(({ path }) => path);
});

const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** Returns the targets of the links and images of a page that are not on the web. */
function relativeLinks(page: string): string[] {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(read(page)), (token: Token) => {
    if ((token.type === "link" || token.type === "image") && !/^[a-z]+:/.test(String(token["href"])))
      found.push(String(token["href"]));
  });
  return found;
}

/** Returns the anchors of the headings of a page, as GitHub and npm make them. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Returns the links that do not lead to one of the files, to a folder with one of them, or to a heading. */
function broken(files: readonly string[]): string[] {
  const known = new Set(files);
  for (const file of files) for (let at = posix.dirname(file); at !== "."; at = posix.dirname(at)) known.add(at);
  const pages = files.filter((file) => file.endsWith(".md"));
  return pages.flatMap((page) =>
    relativeLinks(page)
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? page : posix.join(posix.dirname(page), path);
        if (!known.has(target)) return true;
        return anchor !== undefined && target.endsWith(".md") && !anchors(target).includes(anchor);
      })
      .map((link) => `${page}: ${link}`),
  );
}

test("every relative link of a page leads to a file and a heading of the checkout", () => {
  const files = checkoutFiles();
  expect(files).toContain("CONTRIBUTING.md");
  expect(broken(files)).toEqual([]);
});

test("every relative link of a page in the npm package leads to a file and a heading of the package", () => {
  expect(relativeLinks("README.md").length).toBeGreaterThan(20);
  expect(packed).toEqual(expect.arrayContaining(["README.md", "docs/guides/report-in-ci.md", "examples/README.md"]));
  expect(broken(packed)).toEqual([]);
});

test("the npm package has the documentation and examples of the checkout, and no other files beside them", () => {
  const ofDocs = (files: readonly string[]): string[] =>
    files.filter((file) => /^(docs\/(?!\.vitepress\/)|examples\/)/.test(file)).sort();
  expect(ofDocs(packed)).toEqual(ofDocs(checkoutFiles()));
});

test("package.json names the repository, so that npm resolves relative links", () => {
  const { repository, homepage, bugs } = JSON.parse(read("package.json")) as Record<string, { url: string }>;
  const address = /^git\+(https:\/\/github\.com\/.+)\.git$/.exec(repository?.url ?? "")?.[1];
  expect(address).toBeDefined();
  expect([homepage, bugs?.url]).toEqual([`${address}#readme`, `${address}/issues`]);
});
