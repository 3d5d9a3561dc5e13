import { GatewayError } from './gateway-error.ts';
import type { Position } from './job-order.ts';
import type { ListFilters } from './list-request.ts';
import { alphanumeric, type Random } from './random.ts';

const MAX_TOKENS = 100_000;

/** Where a listing goes on. It remembers a position, not a count, so new jobs shift nothing. */
export interface Bookmark {
  readonly filters: ListFilters;
  /** The last job given out; undefined = nothing was, yet. */
  readonly after: Position | undefined;
  /** Whether this listing runs through each second the other way round. */
  readonly turned: boolean;
  /** Ids of the last jobs given out, for the fault that repeats them. */
  readonly tail: readonly string[];
}

/** Rules for tokens, none of them documented. */
export interface TokenRules {
  /** Milliseconds that a token lives; undefined = for ever. */
  readonly tokenTtlMs: number | undefined;
  readonly tokenSingleUse: boolean;
  /** Whether a token is refused with other filters than it was made for. */
  readonly tokenBoundToFilters: boolean;
}

/** The tokens given out, the latest 100,000 of them. */
export class TokenBook {
  readonly #rules: TokenRules;
  readonly #random: Random;
  readonly #issued = new Map<string, { readonly bookmark: Bookmark; readonly at: number }>();

  constructor(rules: TokenRules, random: Random) {
    this.#rules = rules;
    this.#random = random;
  }

  /**
   * Makes a token: 32 characters, new each time. Not only hexadecimal: the documented samples are not either.
   * `now` in epoch milliseconds.
   */
  issue(bookmark: Bookmark, now: number): string {
    const token = alphanumeric(this.#random, 32);
    this.#issued.set(token, { bookmark, at: now });
    for (const oldest of this.#issued.keys()) {
      if (this.#issued.size <= MAX_TOKENS) {
        break;
      }
      this.#issued.delete(oldest);
    }
    return token;
  }

  /** What a token stands for. Throws GatewayError InvalidParameter for one that is unknown, too old, used or of other filters. */
  redeem(token: string, filters: ListFilters, now: number): Bookmark {
    const issued = this.#issued.get(token);
    if (issued === undefined || now - issued.at > (this.#rules.tokenTtlMs ?? Number.POSITIVE_INFINITY)) {
      throw refusedToken();
    }
    if (this.#rules.tokenBoundToFilters && !sameFilters(issued.bookmark.filters, filters)) {
      throw refusedToken();
    }
    if (this.#rules.tokenSingleUse) {
      this.#issued.delete(token);
    }
    return issued.bookmark;
  }
}

/** The refusal of a NextPageToken. The code is a guess: no public page names one. */
export function refusedToken(): GatewayError {
  return new GatewayError('InvalidParameter', { message: 'The specified NextPageToken is not valid.' });
}

function sameFilters(a: ListFilters, b: ListFilters): boolean {
  return a.from === b.from && a.to === b.to && a.state === b.state && a.pipelineId === b.pipelineId;
}
