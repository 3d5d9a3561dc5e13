import { createPacer } from '#mps/pace.ts';
for (const n of [50, 100]) for (const stallAt of [0, 700]) {
const pacer = createPacer(n);
const quota = pacer({ take: async () => {}, throttled: async () => {} });
const times: number[] = [];
const done = Promise.all(Array.from({ length: n * 3 }, async () => { await quota.take('fresh'); times.push(performance.now()); }));
if (stallAt) setTimeout(() => { const e = Date.now() + 300; while (Date.now() < e); }, stallAt);
await done;
let most = 0;
times.forEach((t, i) => { let k = i; while (k < times.length && times[k]! < t + 1000) k++; most = Math.max(most, k - i); });
console.log('pacer', n, stallAt, 'most', most, 'span', times.at(-1)! - times[0]!);
}
