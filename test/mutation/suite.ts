// Stryker loads each test file again for each mutant. As one file they load what they import once, which is most of the time.
declare const testFiles: readonly string[];

for (const file of testFiles) describe(file, () => void jest.requireActual(`../${file}.test`));
