import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A key with a self-signed certificate. */
export interface Certificate {
  readonly der: Buffer;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

const day = 24 * 60 * 60 * 1000;

/** Object identifiers, encoded. */
const ids = {
  commonName: "550403",
  subjectAltName: "551d11",
  extendedKeyUsage: "551d25",
  serverAuth: "2b06010505070301",
  ecdsaWithSha256: "2a8648ce3d040302",
};

const tags = { integer: 0x02, bits: 0x03, octets: 0x04, id: 0x06, text: 0x0c, time: 0x17, sequence: 0x30, set: 0x31 };

/** Encodes an element of DER: tag, length and content. */
function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => element(tags.sequence, ...parts);
const id = (name: keyof typeof ids): Buffer => element(tags.id, Buffer.from(ids[name], "hex"));

/** Encodes a time with a two-digit year, which is valid until 2049. The certificate lives for minutes. */
function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return element(tags.time, Buffer.from(`${digits}Z`));
}

function extension(name: keyof typeof ids, value: Buffer): Buffer {
  return sequence(id(name), element(tags.octets, value));
}

/**
 * Creates the certificate that the host trusts for this process: P-256, for `localhost`, which is all that the host checks. A library
 * would take longer to load than the rest of the start, and the user waits for the start at every plan.
 */
export function selfSigned(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const host = Buffer.from("localhost");
  const algorithm = sequence(id("ecdsaWithSha256"));
  const name = sequence(element(tags.set, sequence(id("commonName"), element(tags.text, host))));
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0); // a positive number, without a leading zero
  const now = Date.now();
  const extensions = sequence(
    extension("extendedKeyUsage", sequence(id("serverAuth"))),
    extension("subjectAltName", sequence(element(0x82, host))),
  );
  const content = sequence(
    element(0xa0, element(tags.integer, Buffer.from([2]))),
    element(tags.integer, serial),
    algorithm,
    name,
    sequence(time(now - day), time(now + 30 * day)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, extensions),
  );
  const signature = element(tags.bits, Buffer.from([0]), sign("sha256", content, privateKey));
  const der = sequence(content, algorithm, signature);
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    der,
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}
