import { createTestEnvironment, type TestEnvironment } from "./environment";

/** A scene for all tests of a file. */
export function useTestEnvironment(): () => TestEnvironment {
  let scene: TestEnvironment;
  beforeAll(async () => {
    scene = await createTestEnvironment();
  });
  afterAll(() => scene.end());
  return () => scene;
}

/** Takes what is to be closed after each test. */
export function autoClose(): (running: { close(): Promise<unknown> }) => void {
  const closing: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const running of closing.splice(0)) await running.close();
  });
  return (running) => void closing.push(running);
}
