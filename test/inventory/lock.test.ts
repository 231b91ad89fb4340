import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { locksOut, withLock, type Locked } from "../../provider/inventory/mirror/lock";
import { MirrorAccessError } from "../../provider/files/permissions";
import { mode, temporaryFolder } from "./helpers/files";

const at = temporaryFolder();

describe("the lock", () => {
  const quiet = { onWait: () => undefined };
  const locked = <T>(more: Partial<Locked<T>> & Pick<Locked<T>, "work">): Promise<T> =>
    withLock(at("lock"), { ...quiet, ...more });

  test("admits one process at a time, and the others report once that they wait", async () => {
    const order: string[] = [];
    let free = (): void => undefined;
    const first = locked({
      work: async () => {
        order.push("first begins");
        await new Promise<void>((resolve) => (free = resolve));
        order.push("first ends");
        return 1;
      },
    });
    const second = locked({
      work: async () => void order.push("second"),
      onWait: () => void order.push("second waits"),
    });
    await new Promise((resolve) => setTimeout(resolve, 80));
    free();
    expect(await first).toBe(1);
    await second;
    expect(order).toEqual(["first begins", "second waits", "first ends", "second"]);
    expect(mode(at("lock"))).toBe(0o600);
    let waited = false;
    await locked({ work: async () => undefined, onWait: () => (waited = true) });
    expect(waited).toBe(false);
  });

  test("is kept after the work until it is released", async () => {
    const order: string[] = [];
    let end = (): void => undefined;
    const after = (): Promise<void> => new Promise<void>((resolve) => (end = resolve));
    expect(await locked({ work: async () => "worked", after })).toBe("worked");
    expect(locksOut(at("lock"))).toBe(true);
    const other = new DatabaseSync(at("lock"), { timeout: 0 });
    expect(() => other.exec("BEGIN EXCLUSIVE")).toThrow("database is locked");
    // Who comes next in this process waits without a message: no other process holds the lock.
    const next = locked({
      work: async () => void order.push("next"),
      onWait: () => void order.push("waits"),
    });
    await new Promise((resolve) => setTimeout(resolve, 40));
    order.push("ends");
    end();
    await next;
    expect(order).toEqual(["ends", "next"]);
    other.exec("BEGIN EXCLUSIVE");
    other.close();
  });

  test("is released at once if the work fails", async () => {
    const after = jest.fn(async () => undefined);
    const work = async (): Promise<void> => {
      throw new Error("it was cut");
    };
    await expect(locked({ work, after })).rejects.toThrow("it was cut");
    expect(after).not.toHaveBeenCalled();
    expect(await locked({ work: async () => 1 })).toBe(1);
  });

  /** One that fails while another waits for it; answers how that one ended. */
  async function failing(tell: boolean, told: ((text: string) => Error | undefined) | undefined): Promise<string> {
    let fail = (): void => undefined;
    const first = locked({
      work: () => new Promise<string>((_resolve, reject) => (fail = () => reject(new Error("it was cut")))),
      ...(tell ? { serializeError: (error: unknown) => `told: ${(error as Error).message}` } : {}),
    });
    const ended = expect(first).rejects.toThrow("it was cut");
    const second = locked({ work: async () => "worked", ...(told ? { deserializeError: told } : {}) }).catch(
      (error: Error) => error.message,
    );
    await new Promise((resolve) => setTimeout(resolve, 40));
    fail();
    await ended;
    return second;
  }

  test("passes a shared failure to the waiting processes that it concerns", async () => {
    expect(await failing(true, (text) => new Error(`mine too: ${text}`))).toBe("mine too: told: it was cut");
    expect(await failing(true, () => undefined)).toBe("worked");
    expect(await failing(true, undefined)).toBe("worked");
  });

  test("lets the waiting processes work if no failure is shared", async () => {
    const told = (text: string): Error => new Error(`mine too: ${text}`);
    expect(await failing(false, told)).toBe("worked");
    expect(await failing(true, told)).toBe("mine too: told: it was cut");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await locked({ work: async () => "worked", deserializeError: told })).toBe("worked");
    expect(await failing(false, told)).toBe("worked");
  });

  test("fails if no file can be created", async () => {
    mkdirSync(at("lock"));
    await expect(locked({ work: async () => 1 })).rejects.toThrow(MirrorAccessError);
    rmSync(at("lock"), { recursive: true });
    writeFileSync(at("lock"), "nonsense".repeat(100));
    await expect(locked({ work: async () => 1 })).rejects.toThrow("file is not a database");
  });
});
