import { createHash } from 'node:crypto';
import { fileTexts } from '#view/assets/file-texts.ts';

/** A file that pages load. It is a text of the program, so that bundling cannot lose it. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  readonly etag: string;
}

function createAsset(name: string, extension: 'css' | 'js', body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const type = `text/${extension === 'css' ? 'css' : 'javascript'}; charset=utf-8`;
  return { path: `/assets/${name}.${hash}.${extension}`, type, body, etag: `"${hash}"` };
}

export const styleSheet = createAsset('style', 'css', fileTexts.style);
export const pageScript = createAsset('page', 'js', fileTexts.page);
/** Only where there is a chart: most of it is uPlot. */
export const chartStyle = createAsset('chart', 'css', fileTexts.chartStyle);
export const chartScript = createAsset('chart', 'js', fileTexts.chart);
export const assets: readonly Asset[] = [styleSheet, pageScript, chartStyle, chartScript];
