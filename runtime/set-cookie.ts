const NAME = 'set-cookie';

/**
 * One header name for each cookie, all meaning `set-cookie`: letters in ever other case. Function Compute's answer
 * has one value a name (`headers` maps text to text, with no list of cookies beside it), so that two cookies under one
 * name cannot be said. Whether its gateway passes all of these on is nowhere documented; the first is the plain name.
 */
export function toCookieHeaders(cookies: readonly string[]): Record<string, string> {
  return Object.fromEntries(cookies.map((cookie, index) => [variant(index), cookie]));
}

// Bit n of the index says whether letter n is a capital: set-cookie, Set-cookie, sEt-cookie, SEt-cookie, …
function variant(index: number): string {
  const letters = NAME.replace('-', '').length;
  if (index >= 2 ** letters) throw new RangeError(`more than ${2 ** letters} cookies in one answer`);
  let rest = index;
  return NAME.replaceAll(/[a-z]/g, (letter) => {
    const isCapital = rest % 2 === 1;
    rest = Math.floor(rest / 2);
    return isCapital ? letter.toUpperCase() : letter;
  });
}
