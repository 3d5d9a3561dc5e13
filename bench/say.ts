/** Tells what is under way, a line with its time. */
export const say = (text: string): void => {
  process.stderr.write(`${new Date().toLocaleTimeString('en-GB')}  ${text}\n`);
};
