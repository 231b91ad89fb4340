import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { settingNames } from "../../provider/settings/schema";
import { startBrowser } from "../helpers/browser";

const root = resolve(__dirname, "../..");
const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

let folder: string;
let server: Server;
let browser: Browser;
let page: Page;
let problems: string[];

/** Serves the files of the site, as a web server does. */
function serve(): Promise<Server> {
  const started = createServer(({ url = "/" }, response) => {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  return new Promise((done) => started.listen(0, "127.0.0.1", () => done(started)));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-site-"));
  const vitepress = join(root, "node_modules/vitepress/bin/vitepress.js");
  await promisify(execFile)(process.execPath, [vitepress, "build", "docs", "--outDir", folder], { cwd: root });
  server = await serve();
  browser = await startBrowser();
  page = await browser.newPage();
  problems = [];
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(address())) problems.push(request.url());
  });
}, 600_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Returns the pages of the site, by their paths. */
function htmlPages(): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
  return new Map(files.map((name) => [`/${name.replaceAll("\\", "/")}`, readFileSync(join(folder, name), "utf8")]));
}

/** Returns the links of a page to pages of the site. typedoc writes the pages of the API later. */
function linksOf(html: string): string[] {
  const links = [...html.matchAll(/<a\b[^>]* href="([^"]+)"/g)].map(([, link = ""]) => link.replaceAll("&amp;", "&"));
  return links.filter((link) => /^[./#]/.test(link) && !link.startsWith("/api/"));
}

test("every link of the site leads to a page and a heading", () => {
  const pages = htmlPages();
  expect(pages.size).toBeGreaterThan(30);
  const broken = [...pages].flatMap(([path, html]) =>
    linksOf(html)
      .filter((link) => {
        const { pathname, hash } = new URL(link, `http://localhost${path}`);
        const target = pages.get(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
        if (target === undefined) return true;
        return hash !== "" && !target.includes(`id="${decodeURIComponent(hash.slice(1))}"`);
      })
      .map((link) => `${path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test("the sidebar lists every page", () => {
  const pages = htmlPages();
  const listed = linksOf(pages.get("/get-started.html") ?? "").map((link) => (link === "/" ? "/index.html" : link));
  expect([...pages.keys()].filter((path) => path !== "/404.html" && !listed.includes(path))).toEqual([]);
});

test("the start page opens in a browser, with its picture and without calls to other hosts", async () => {
  await page.goto(`${address()}/`);
  expect(await page.locator("h1").first().innerText()).toContain("pulumi-orange-cmdb");
  const width = `document.querySelector("main img").naturalWidth`;
  expect(await page.evaluate<number>(width)).toBeGreaterThan(500);
  await page.getByRole("link", { name: "Troubleshooting" }).first().click();
  await page.waitForURL("**/troubleshooting.html");
  expect(problems).toEqual([]);
});

test("the search finds each setting in the reference", async () => {
  await page.goto(`${address()}/`);
  await page.getByRole("button", { name: "Search" }).first().click();
  const input = page.locator("#localsearch-input");
  for (const name of settingNames) {
    await input.fill(name);
    await page.locator(`a.result[href$="/reference/settings.html#${name.toLowerCase()}"]`).waitFor({ timeout: 20_000 });
  }
  expect(problems).toEqual([]);
});
