// A bare stand-in of the API for the benchmarks: records written before the first request, so that it costs next to nothing.
// Started as a process of its own: node bench/lib/server.mjs ITEMS DELAY_MS; prints its endpoint.
import { createServer } from "node:http";
import { itemPages, pageSize } from "./data.mjs";

const [items = 100_000, delay = 0] = process.argv.slice(2).map(Number);
const page = itemPages(items);
const empty = Buffer.from("[]");

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://bench");
  const offset = Number(url.searchParams.get("offset") ?? 0);
  const listed = url.pathname.endsWith("/configurationItems");
  const body = listed ? page(offset) : empty;
  const answer = () => {
    response.writeHead(listed && items > pageSize ? 206 : 200, {
      "content-type": "application/json",
      "content-length": body.length,
      "x-total-count": listed ? items : 0,
      "x-result-count": listed ? Math.min(pageSize, items - offset) : 0,
    });
    response.end(body);
  };
  if (delay > 0) setTimeout(answer, delay);
  else answer();
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
