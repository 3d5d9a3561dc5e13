import type { AlertRule } from '#core/alert-notification.ts';

/** What a group is told apart by. '' stands for no pipeline and no code. */
export interface AlertKey {
  readonly rule: AlertRule;
  readonly source: string;
  readonly pipelineId: string;
  readonly code: string;
}

/** What a silence covers: each of these exactly, by its beginning where it ends in `*`, or anything where it is `null`. */
export interface SilenceMatcher {
  readonly rule: string | null;
  readonly source: string | null;
  readonly pipelineId: string | null;
  readonly code: string | null;
}

/** Whether a silence covers a group. */
export function isSilencedBy(matcher: SilenceMatcher, key: AlertKey): boolean {
  return (
    isMatch(matcher.rule, key.rule) &&
    isMatch(matcher.source, key.source) &&
    isMatch(matcher.pipelineId, key.pipelineId) &&
    isMatch(matcher.code, key.code)
  );
}

function isMatch(pattern: string | null, text: string): boolean {
  if (pattern === null) return true;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
