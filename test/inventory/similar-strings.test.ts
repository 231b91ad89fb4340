import { distance } from "fastest-levenshtein";
import { SimilarityIndex } from "../../provider/platform/similar-strings";

describe("the nearest texts", () => {
  test.each<[string[], string, string[]]>([
    [["PAR-1", "PAR-2", "LYO-1"], "par-1", ["PAR-1", "PAR-2", "LYO-1"]],
    [["PAR-1", "PAR-2", "LYO-1"], "PAR-3", ["PAR-1", "PAR-2"]],
    [["b", "a", "c"], "x", ["a", "b"]],
    [["abcdefgh"], "abcdwxyz", ["abcdefgh"]],
    [["abcdefgh"], "abcwvxyz", []],
    [["abcdefghi"], "abcdvwxyz", ["abcdefghi"]],
    [["abc"], "xyz", ["abc"]],
    [["abcd"], "vxyz", []],
    [[], "a", []],
  ])("to %j for %s are found", (texts, wanted, found) => {
    expect(new SimilarityIndex(texts).nearest(wanted, found.length === 3 ? 3 : 2)).toEqual(found);
  });

  test("among many share nearly all trigrams", () => {
    const many = Array.from({ length: 3_000 }, (_, at) => `SITE-${String(at * 7919).padStart(8, "0")}`);
    const texts = new SimilarityIndex([...many, "ROUTER-BERLIN", "ROUTER-BERNE", "GATEWAY"]);
    expect(texts.nearest("router-berlim", 2)).toEqual(["ROUTER-BERLIN", "ROUTER-BERNE"]);
    expect(texts.nearest("gatewya", 1)).toEqual(["GATEWAY"]);
    const id = many[1234] ?? "";
    expect(texts.nearest(id.replace("SITE", "SIET"), 1)).toEqual([id]);
    // Nothing of one search is left for the next.
    expect(texts.nearest(id, 1)).toEqual([id]);
    expect(texts.nearest("router-berlim", 2)).toEqual(["ROUTER-BERLIN", "ROUTER-BERNE"]);
    expect(texts.nearest("ÿÿÿÿÿÿÿÿÿÿ", 3)).toEqual([]);
  });

  test("for a typo are those of a full comparison", () => {
    // A generator of numbers, always the same.
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const towns = ["PARIS", "LYON", "LILLE", "BREST", "NICE", "Nîmes", "Saint-Étienne", "TOULOUSE"];
    const devices = ["RTR", "SWITCH", "FW", "ACCESS-LINE", "AP"];
    const all = Array.from({ length: 3_000 }, (_, at) =>
      [devices[random(5)], towns[random(8)], String(at * 37).padStart(6, "0")].join("-"),
    );
    const texts = new SimilarityIndex(all);
    const slips: ((text: string, at: number) => string)[] = [
      (text, at) => text.slice(0, at) + text.slice(at + 1),
      (text, at) => `${text.slice(0, at)}x${text.slice(at)}`,
      (text, at) => `${text.slice(0, at)}x${text.slice(at + 1)}`,
      (text, at) => text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2),
      (text) => text.toLowerCase(),
    ];
    for (let round = 0; round < 150; round += 1) {
      const meant = all[random(all.length)] ?? "";
      const wanted = (slips[round % slips.length] as (text: string, at: number) => string)(meant, random(meant.length));
      const far = (text: string): number => distance(wanted.toLowerCase(), text.toLowerCase());
      const [found = ""] = texts.nearest(wanted, 1);
      expect([wanted, far(found)]).toEqual([wanted, Math.min(...all.map(far))]);
    }
  });

  test.each([400, 401])("among %d are those of a full comparison", (count) => {
    const all = Array.from({ length: count }, (_, at) => `CI-${String(at).padStart(4, "0")}`);
    const texts = new SimilarityIndex(all);
    expect(texts.nearest("ci-0399", 1)).toEqual(["CI-0399"]);
    expect(texts.nearest("CI-0000", 2)).toEqual(["CI-0000", "CI-0001"]);
    expect(texts.nearest("CI-", 1)).toEqual(["CI-0000"].filter((text) => distance("ci-", text.toLowerCase()) <= 4));
  });
});
