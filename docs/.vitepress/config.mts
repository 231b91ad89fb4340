import { dirname, posix, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type DefaultTheme } from "vitepress";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const repository = "https://github.com/orange-cmdb/pulumi-orange-cmdb";

/** Pages outside `docs`, and their addresses in the site. */
const others: Record<string, string> = {
  "README.md": "index.md",
  "SECURITY.md": "explanation/security.md",
  "CONTRIBUTING.md": "contributing.md",
  "CHANGELOG.md": "changelog.md",
};

/** Returns the page of the site that a file of the repository is, or undefined for other files. */
function pageOf(file: string): string | undefined {
  return others[file] ?? (/^docs\/.+\.md$/.test(file) ? file.slice("docs/".length) : undefined);
}

/** Returns the address for a link of a page: another page of the site, or a file on GitHub. Links are relative to files of the repository. */
function addressOf(link: string, page: string): string {
  if (/^([a-z]+:|\/|#)/.test(link)) return link;
  const [path = "", hash] = link.split("#");
  const target = posix.join(posix.dirname(page), path);
  const suffix = hash === undefined ? "" : `#${hash}`;
  const linked = pageOf(target);
  return linked === undefined ? `${repository}/blob/main/${target}${suffix}` : `/${linked}${suffix}`;
}

type Item = readonly [text: string, file: string];

/** Builds a group of the sidebar from files of the repository. */
function group(text: string, items: readonly Item[]): DefaultTheme.SidebarItem {
  return {
    text,
    items: items.map(([title, file]) => ({ text: title, link: `/${pageOf(file)?.replace(/(^index)?\.md$/, "")}` })),
  };
}

/** The TypeScript reference, which typedoc writes beside the pages. */
const api = { text: "TypeScript API", link: "/api/index.html", target: "_self" };

const reference = group("Reference", [
  ["Settings", "docs/reference/settings.md"],
  ["Commands", "docs/reference/cli.md"],
  ["Rules", "docs/reference/rules.md"],
  ["Rules file", "docs/reference/rules-file.md"],
  ["Report formats", "docs/reference/report.md"],
  ["Exit codes", "docs/reference/exit-codes.md"],
]);

const sidebar: DefaultTheme.SidebarItem[] = [
  group("Get started", [
    ["Overview", "README.md"],
    ["Get started", "docs/get-started.md"],
    ["Install", "docs/guides/install.md"],
  ]),
  group("Guides", [
    ["Read records in a program", "docs/guides/read-records.md"],
    ["Track records", "docs/guides/track-records.md"],
    ["Test programs", "docs/guides/test-programs.md"],
    ["Check a preview", "docs/guides/check-a-preview.md"],
    ["Write and test rules", "docs/guides/write-rules.md"],
    ["Test rules", "docs/guides/test-rules.md"],
    ["Explain a finding", "docs/guides/explain-a-finding.md"],
    ["Bring an existing organisation under the rules", "docs/guides/adopt.md"],
    ["Check a Terraform plan", "docs/guides/check-a-plan.md"],
    ["Check the connection", "docs/guides/check-the-connection.md"],
    ["Report in CI", "docs/guides/report-in-ci.md"],
    ["Accept findings", "docs/guides/accept-findings.md"],
    ["Report on every stack", "docs/guides/many-stacks.md"],
    ["Share an inventory", "docs/guides/share-an-inventory.md"],
  ]),
  group("Languages", [
    ["TypeScript", "docs/guides/languages/typescript.md"],
    ["YAML", "docs/guides/languages/yaml.md"],
    ["Python", "docs/guides/languages/python.md"],
    ["Go", "docs/guides/languages/go.md"],
    [".NET", "docs/guides/languages/dotnet.md"],
    ["Java", "docs/guides/languages/java.md"],
    ["Provider plugin", "docs/guides/languages/plugin.md"],
    ["OpenTofu and Terraform", "docs/guides/languages/terraform.md"],
  ]),
  { ...reference, items: [...(reference.items ?? []), api] },
  group("State locations", [
    ["Files and folders", "docs/reference/locations/files.md"],
    ["Pulumi backends", "docs/reference/locations/pulumi-backend.md"],
    ["Buckets", "docs/reference/locations/object-stores.md"],
    ["HTTP backend", "docs/reference/locations/http.md"],
    ["GitLab", "docs/reference/locations/gitlab.md"],
    ["HCP Terraform", "docs/reference/locations/hcp-terraform.md"],
  ]),
  group("Explanation", [
    ["Mirror", "docs/explanation/mirror.md"],
    ["Unknown values", "docs/explanation/unknown-values.md"],
    ["Reliability", "docs/explanation/reliability.md"],
    ["Assumptions about the API", "docs/explanation/assumptions.md"],
    ["Architecture", "docs/explanation/architecture.md"],
    ["Performance", "docs/explanation/performance.md"],
    ["Operating systems", "docs/explanation/platforms.md"],
    ["Dependencies", "docs/explanation/dependencies.md"],
    ["Security", "SECURITY.md"],
  ]),
  group("Help", [
    ["Troubleshooting", "docs/troubleshooting.md"],
    ["Contributing", "CONTRIBUTING.md"],
    ["Tests", "docs/testing.md"],
    ["Changelog", "CHANGELOG.md"],
  ]),
];

export default defineConfig({
  title: "pulumi-orange-cmdb",
  description: "Connects an Orange Business CMDB to Pulumi, OpenTofu and Terraform",
  // Without an icon of its own, a browser asks for /favicon.ico.
  head: [["link", { rel: "icon", href: "data:," }]],
  // The pages are those of the repository, so that a link works there, in the npm package and in the site.
  srcDir: "..",
  srcExclude: ["!(docs)/**/*", "!(README|SECURITY|CONTRIBUTING|CHANGELOG).md"],
  rewrites: (file: string): string => pageOf(file) ?? file,
  markdown: {
    config: (md) => {
      md.core.ruler.push("links-of-the-repository", ({ tokens, env }) => {
        const { realPath } = env as { realPath?: string };
        // The search index renders pages without it, and needs no links.
        if (realPath === undefined) return;
        const page = relative(root, realPath).split(sep).join("/");
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === "link_open" ? token.attrGet("href") : null;
          if (href !== null) token.attrSet("href", addressOf(href, page));
        }
      });
    },
  },
  themeConfig: {
    nav: [
      { text: "Get started", link: "/get-started" },
      { text: "Reference", link: "/reference/settings" },
      { text: "Troubleshooting", link: "/troubleshooting" },
      { text: "Changelog", link: "/changelog" },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: repository }],
  },
});
