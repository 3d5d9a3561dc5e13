/** Why a change may stay unnoticed: what stood there, what it was changed to (where that matters), and the reason. */
export const reasons: readonly { file: string; original: string; replacement?: string; why: string }[] = [];
