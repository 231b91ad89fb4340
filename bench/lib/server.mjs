// A bare stand-in of the API for the benchmarks: records written before the first request, so that it costs next to nothing.
// Started as a process of its own: node bench/lib/server.mjs ITEMS DELAY_MS [REQUESTS_PER_SECOND]; prints its endpoint.
// GET /stats returns the numbers of requests and rejections and resets them; POST /change?count=N changes N items.
import { createServer } from "node:http";
import { itemPages, latestPages, pageSize } from "./data.mjs";

const [items = 100_000, delay = 0, rate = Infinity] = process.argv.slice(2).map(Number);
const byId = itemPages(items);
let latest = latestPages(items, 0);
const stats = { requests: 0, refused: 0 };
/** When the requests of the last second came. */
let recent = [];

function isTooMany() {
  const now = performance.now();
  recent = recent.filter((time) => now - time < 1000);
  if (recent.length >= rate) return true;
  recent.push(now);
  return false;
}

function page(url) {
  const offset = Number(url.searchParams.get("offset") ?? 0);
  const limit = Math.min(pageSize, Number(url.searchParams.get("limit") ?? pageSize));
  const pages = url.searchParams.get("sort") === "-updatedAt" ? latest : byId;
  return { body: pages(offset, limit), count: Math.max(0, Math.min(limit, items - offset)) };
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://bench");
  if (url.pathname === "/stats") {
    response.end(JSON.stringify(stats));
    return void Object.assign(stats, { requests: 0, refused: 0 });
  }
  if (url.pathname === "/change") {
    latest = latestPages(items, Number(url.searchParams.get("count")));
    return void response.end();
  }
  stats.requests += 1;
  if (rate < Infinity && isTooMany()) {
    stats.refused += 1;
    response.writeHead(403, { "content-type": "application/json" });
    return void response.end('{"code":53,"message":"Too many requests"}');
  }
  const listed = url.pathname.endsWith("/configurationItems");
  const { body, count } = listed ? page(url) : { body: Buffer.from("[]"), count: 0 };
  const answer = () => {
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": body.length,
      "x-total-count": listed ? items : 0,
      "x-result-count": count,
    });
    response.end(body);
  };
  if (delay > 0) setTimeout(answer, delay);
  else answer();
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
