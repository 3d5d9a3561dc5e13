import { errorCodes } from '#core/errors.ts';

/** `docs/errors.md`, from the one place that defines the codes. Written by `npm run docs`. */
export function renderErrors(): string {
  const sections = Object.entries(errorCodes).map(
    ([code, { meaning, remedy, retryable }]) =>
      `## ${code}\n\n${meaning}\n\n**What to do:** ${remedy}\n\n**Tried again by itself:** ${retryable ? 'yes' : 'no'}.\n`,
  );
  return `# Error codes

Every failure has one of these codes. They stand in \`report.sync_run\` (\`error_code\`), in log lines (\`code\`, \`errorCode\`), in the
answers of the view (\`code\`) and in what a function throws; the message beside a code names the very thing. Codes are
public: a later release may add some and renames none without saying so in the changelog. Refusals that only the view
has, such as \`unauthorized\`, are in [the API](api.md).

${sections.join('\n')}`;
}
