/**
 * Words that the compiler knows one by one, in their order. `as const` would say the same, but `npm run mutate` takes what
 * stands before an `as` for a type and would leave every word as it is.
 */
export const words = <const Words extends readonly string[]>(...all: Words): Words => all;
