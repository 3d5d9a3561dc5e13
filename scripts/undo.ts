/** What has to be undone at the end. */
export interface Undo {
  add(step: () => unknown): void;
  /** Waits for what is being opened and has it closed at the end, also where that comes before it is open. */
  open<Opened>(opening: Promise<Opened>, close: (opened: Opened) => unknown): Promise<Opened>;
  /** The last first. A step that fails keeps no other from being tried; the first failure is thrown at the end. */
  run(): Promise<void>;
}

export function createUndo(): Undo {
  const steps: (() => unknown)[] = [];
  return {
    add: (step) => steps.push(step),
    open(opening, close) {
      // That it could not be opened is told to whoever waits for it.
      steps.push(() => opening.then(close, () => {}));
      return opening;
    },
    async run() {
      const failures: unknown[] = [];
      for (const step of steps.splice(0).reverse()) {
        try {
          await step();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
