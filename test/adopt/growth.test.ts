import { planted } from "./helpers/planted";
import { adoptFrom } from "./helpers/run";

test("takes a time that grows with resources plus records, not with their product", async () => {
  const seconds = async (scale: number): Promise<number> => {
    const data = planted(3, scale);
    const startedAt = process.cpuUsage();
    await adoptFrom(data);
    return process.cpuUsage(startedAt).user / 1e6;
  };
  await seconds(1);
  const [small, large] = [await seconds(2), await seconds(16)];
  // Eight times as much takes 64 times as long if each resource is compared with each record.
  expect(large / small).toBeLessThan(24);
});
