/** Counts messages in sliding windows on a clock that the test moves, as the chats do. */
export function createRate(windows: readonly { readonly count: number; readonly seconds: number }[]) {
  const times: number[] = [];
  return {
    /** Whether one more is too many; it counts only where it is not. */
    isOver(now: number): boolean {
      const over = windows.some(({ count, seconds }) => times.filter((time) => time > now - seconds).length >= count);
      if (!over) times.push(now);
      return over;
    },
  };
}
