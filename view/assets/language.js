/**
 * A browser that was started without a language may name one that `Intl` refuses (`en-US@posix`). uPlot asks for the browser's
 * language as it loads, and would draw nothing then.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
