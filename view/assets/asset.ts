import { createHash } from 'node:crypto';
import { refreshSource } from '#view/assets/refresh-source.ts';
import { styleSource } from '#view/assets/style-source.ts';

/** A file that pages load. It is a text of the program, so that bundling cannot lose it. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  readonly etag: string;
}

function createAsset(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { path: `/assets/${name}.${hash}.${extension}`, type: `${type}; charset=utf-8`, body, etag: `"${hash}"` };
}

export const styleSheet = createAsset('style', 'css', 'text/css', styleSource);
export const refreshScript = createAsset('refresh', 'js', 'text/javascript', refreshSource);
export const assets: readonly Asset[] = [styleSheet, refreshScript];
