import { integer, pick, type Random } from './random.ts';

/** A drawn snapshot configuration and what a successful job of it reports. */
export interface DrawnConfig {
  readonly config: Record<string, unknown>;
  readonly counts: { readonly Count: string; readonly TileCount?: string };
}

interface OssFile {
  readonly RoleArn: string;
  readonly Object: string;
  readonly Location: string;
  readonly Bucket: string;
}

const SIZES = [
  { Width: '1280', Height: '720' },
  { Width: '1920', Height: '1080' },
  { Width: '640', Height: '360' },
  { Width: '720', Height: '1280' },
];

type Draw = (random: Random, file: (suffix: string) => OssFile) => DrawnConfig;

const drawSingle: Draw = (random, file) => ({
  config: { Time: String(integer(random, 0, 600) * 100), ...frame(random), OutputFile: file('.jpg') },
  counts: { Count: '1' },
});

const drawSequence: Draw = (random, file) => {
  const num = integer(random, 2, 60);
  return {
    config: { ...sequence(random, num), ...frame(random), OutputFile: file('-{Count}.jpg'), Num: String(num) },
    counts: { Count: String(reached(random, num)) },
  };
};

const drawTimePoints: Draw = (random, file) => {
  const points = Array.from({ length: integer(random, 1, 12) }, () => integer(random, 0, 110_000) * 10);
  points.sort((a, b) => a - b);
  return {
    config: { ...frame(random), OutputFile: file('-{Count}.jpg'), TimeArray: { TimePointList: points } },
    counts: { Count: String(points.length) },
  };
};

const drawMosaic: Draw = (random, file) => {
  const num = integer(random, 10, 100);
  const count = reached(random, num);
  return {
    config: {
      ...sequence(random, num),
      TileOut: tileOut(random),
      ...frame(random),
      OutputFile: file('-{Count}.jpg'),
      Num: String(num),
      TileOutputFile: file('-tile-{TileCount}.jpg'),
    },
    counts: { Count: String(count), TileCount: String(Math.ceil(count / 25)) },
  };
};

/**
 * Draws one of the documented kinds: one picture, a sequence by interval, given time points, or a mosaic. All scalars are
 * strings, only the time points are numbers.
 * Source: https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist
 */
export function drawSnapshotConfig(random: Random, file: (suffix: string) => OssFile): DrawnConfig {
  return pick(random, KINDS)(random, file);
}

const KINDS = [drawSingle, drawSingle, drawSequence, drawSequence, drawTimePoints, drawMosaic];

function sequence(random: Random, num: number): Record<string, string> {
  return { Time: String(integer(random, 0, 50) * 100), Interval: String(Math.max(1, Math.round(600 / num))) };
}

function frame(random: Random): Record<string, string> {
  return { FrameType: pick(random, ['intra', 'normal']), ...pick(random, SIZES) };
}

/** MPS may find fewer key frames than pictures asked for: the count is then smaller than Num. */
function reached(random: Random, num: number): number {
  return random() < 0.85 ? num : Math.max(1, num - integer(random, 1, 3));
}

function tileOut(random: Random): Record<string, string> {
  return {
    Padding: '0',
    Color: pick(random, ['black', '#FFFFFF', 'random']),
    CellSelStep: '1',
    CellHeight: '90',
    CellWidth: '160',
    Margin: pick(random, ['0', '5']),
    Columns: '5',
    IsKeepCellPic: pick(random, ['false', 'true']),
    Lines: '5',
  };
}
