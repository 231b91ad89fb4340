import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const places = [
  process.env["CHROME_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const found = (): string | undefined => places.find((path) => path !== undefined && existsSync(path));

/** Without a browser, one is installed if Debian's packages are available. */
function install(): void {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  const apt = (...args: string[]): void =>
    void execFileSync("apt-get", args, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  apt("update");
  apt("install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core");
}

/** A real Chromium. @throws Error if no browser is installed or can be: a page that no browser opened is not tested */
export async function startBrowser(): Promise<Browser> {
  if (!found()) install();
  const executablePath = found();
  if (!executablePath)
    throw new Error("no Chromium: install it (Debian: apt-get install chromium), or set CHROME_PATH to one");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}
