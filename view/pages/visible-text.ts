import { toJsonText } from '#core/exact-json.ts';

/**
 * Characters that a text from elsewhere may hold and that nobody sees: controls, and formats such as those that turn
 * the direction of what follows, so that a page would show another text than the one there is. The two joiners stay:
 * several scripts and most emoji are spelled with them.
 */
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The same, but for the line ends that lay out a JSON text. */
const unseenInJson = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const toHex = (code: number | undefined): string => (code ?? 0).toString(16).padStart(4, '0');

/** A text with its unseen characters named, as in `⟨U+202E⟩`. */
export const toVisible = (text: string): string =>
  text.replace(unseen, (character) => `⟨U+${toHex(character.codePointAt(0)).toUpperCase()}⟩`);

/** A value as indented JSON in which unseen characters are escaped: still the same JSON. */
export const toVisibleJson = (value: unknown): string =>
  toJsonText(value, 2).replace(unseenInJson, (character) =>
    character
      .split('')
      .map((unit) => `\\u${toHex(unit.charCodeAt(0))}`)
      .join(''),
  );
