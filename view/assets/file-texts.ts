import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const here = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const ofPackage = (path: string): string => readFileSync(createRequire(import.meta.url).resolve(path), 'utf8');

/**
 * The files that pages load, as texts. From a checkout they are read from disk; `build.ts` puts a module with the texts,
 * made smaller, in the place of this one, so that a bundle is one file.
 */
export const fileTexts = {
  style: ['base.css', 'frame.css', 'tables.css', 'parts.css', 'narrow.css'].map(here).join('\n'),
  page: ['local-time.js', 'copy.js', 'keys.js', 'refresh.js'].map(here).join('\n'),
  chartStyle: ofPackage('uplot/dist/uPlot.min.css'),
  chart: [here('language.js'), ofPackage('uplot/dist/uPlot.iife.min.js'), here('charts.js')].join('\n'),
} as const;

export type FileTexts = typeof fileTexts;
