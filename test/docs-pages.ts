import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every page of the documentation, by its path from the root. */
export function readPages(): { page: string; text: string }[] {
  const names = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'runtime/README.md'];
  return [...pages, ...names.map((name) => join('docs', name)).sort()].map((page) => ({
    page,
    text: readFileSync(page, 'utf8'),
  }));
}

/** The anchors of a page, as GitHub makes them from its headings. */
export function toAnchors(text: string): string[] {
  const headings = [...text.replace(/^```.*?^```/gms, '').matchAll(/^#{1,6} +(.+)$/gm)].map(
    ([, heading = '']) => heading,
  );
  return headings.map((heading) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
