import { toPercentText } from '#view/pages/text.tsx';

/** A share as a bar and in figures. */
export function Share({ part, of }: { part: number; of: number }) {
  const share = of === 0 ? 0 : part / of;
  return (
    <>
      <meter min={0} max={1} value={share} aria-hidden="true" /> {toPercentText(share)}
    </>
  );
}
