import { variables } from '#core/variables.ts';

/** `docs/configuration.md`, from the one place that defines the variables. Written by `npm run docs`. */
export function renderConfiguration(): string {
  const rows = Object.entries(variables).map(
    ([name, { description, fallback, wants }]) => `| \`${name}\` | ${description} | ${wants} | ${fallback ?? ''} |`,
  );
  return `# Configuration

Everything is set by environment variables. An empty variable counts as absent. A bad value stops the start with a
message that names the variable and what it wants, and never shows the value. Function Compute allows 4 KB of
environment in all.

| variable | meaning | wants | default |
| --- | --- | --- | --- |
${rows.join('\n')}

Credentials for MPS come from the function's role where the platform gives any, else from the environment; they are
asked for at every request, so rotated ones take effect by themselves.
`;
}
