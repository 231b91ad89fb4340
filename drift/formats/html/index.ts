import { hash } from "node:crypto";
import { readAsset } from "../../../provider/platform/asset.js";
import type { Report } from "../../report/schema.js";
import { safeJson } from "../text/safe-json.js";
import { toPageData } from "./to-page-data.js";

/** Reads the page's script or style, which the build puts beside this file. */
function asset(name: "page.js" | "page-style.css"): string {
  return readAsset(__dirname, name).trim();
}

function allowed(text: string): string {
  return `'sha256-${hash("sha256", text, "base64")}'`;
}

/** Returns JSON for a script element; no text in it can end the element. */
function embedded(value: unknown): string {
  return safeJson(value).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026");
}

/** Formats a self-contained page: no network access, and a content security policy that allows only its own script. */
export function formatHtml(report: Report): string {
  const script = asset("page.js");
  const style = asset("page-style.css");
  const policy = [
    "default-src 'none'",
    `script-src ${allowed(script)}`,
    `style-src ${allowed(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>CMDB drift report</title>
<style>${style}</style>
</head>
<body>
<main id="page"><noscript><p>This report needs JavaScript. It loads nothing from the network.</p></noscript></main>
<script type="application/json" id="data">${embedded(toPageData(report))}</script>
<script>${script}</script>
</body>
</html>
`;
}
