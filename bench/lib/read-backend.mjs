// A bare script that reads all checkpoints of a backend and parses them: node read-backend.mjs FOLDER, or
// node read-backend.mjs ENDPOINT BUCKET with the client of S3 and as many requests at once as orange-cmdb. Prints their resources.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [place, bucket] = process.argv.slice(2);
const count = (text) => JSON.parse(text).checkpoint.latest.resources.length;

function fromFolder() {
  const stacks = join(place, ".pulumi", "stacks");
  const files = readdirSync(stacks, { recursive: true }).filter((name) => name.endsWith(".json"));
  return files.reduce((sum, name) => sum + count(readFileSync(join(stacks, name), "utf8")), 0);
}

async function fromBucket() {
  const { GetObjectCommand, paginateListObjectsV2, S3Client } = await import("@aws-sdk/client-s3");
  const { default: pLimit } = await import("p-limit");
  const client = new S3Client({
    endpoint: place,
    forcePathStyle: true,
    requestHandler: { httpAgent: { maxSockets: 32 } },
  });
  const keys = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: ".pulumi/stacks/" }))
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
  const counts = await pLimit(32).map(keys, async (Key) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return count(await Body.transformToString());
  });
  client.destroy();
  return counts.reduce((sum, one) => sum + one, 0);
}

console.log(bucket === undefined ? fromFolder() : await fromBucket());
