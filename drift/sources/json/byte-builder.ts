/** Builds a buffer piece by piece. */
export class ByteBuilder {
  #bytes: Buffer;
  size = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  put(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.size++] = byte;
  }

  /** Appends bytes of a chunk. */
  copy(chunk: Buffer, from = 0, to = chunk.length): void {
    this.#reserve(to - from);
    this.size += chunk.copy(this.#bytes, this.size, from, to);
  }

  /** Returns a view that the next change overwrites: copy it to keep it. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.size);
  }

  #reserve(more: number): void {
    if (this.size + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.size + more));
    this.#bytes.copy(larger, 0, 0, this.size);
    this.#bytes = larger;
  }
}
