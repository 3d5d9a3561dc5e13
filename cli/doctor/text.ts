import type { CheckStatus, Finding } from '#cli/doctor/check.ts';
import type { Paint, Style } from '#cli/table.ts';
import { toVisible } from '#view/pages/visible-text.ts';

const styles: Readonly<Record<CheckStatus, Style>> = { ok: 'green', warn: 'yellow', fail: 'red', skipped: 'dim' };

/** Findings by area, each with what to do about it under it, and a last line that sums up. */
export function renderFindings(findings: readonly Finding[], paint: Paint): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const areas = [...new Set(findings.map(({ area }) => area))].map((area) => {
    const lines = findings
      .filter((finding) => finding.area === area)
      .map((finding) => renderFinding(finding, width, paint));
    return `${paint('bold', area)}\n${lines.join('')}`;
  });
  return `${areas.join('\n')}\n${summarize(findings)}\n`;
}

function renderFinding({ name, status, detail, remedy }: Finding, width: number, paint: Paint): string {
  const said = `  ${paint(styles[status], status.padEnd(7))}  ${name.padEnd(width)}  ${toVisible(detail)}\n`;
  return remedy ? `${said}${' '.repeat(width + 13)}${paint('bold', remedy)}\n` : said;
}

function summarize(findings: readonly Finding[]): string {
  const count = (status: CheckStatus): number => findings.filter((finding) => finding.status === status).length;
  const failed = count('fail');
  const rest = `${count('ok')} ok, ${count('warn')} to look at, ${count('skipped')} skipped`;
  return failed === 0 ? `All is well: ${rest}.` : `${failed} failed; ${rest}.`;
}
