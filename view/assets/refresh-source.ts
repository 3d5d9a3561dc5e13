/**
 * The script of the pages: fetches the page again every 5 s and swaps the parts marked `data-live`. It rests while the
 * tab is hidden, leaves a part alone that has not changed or in which text is selected, and keeps the focus. On a page
 * without such parts (the error page) it loads the page anew as soon as it is there again.
 */
export const refreshSource = `'use strict';
const intervalMs = 5000;
const say = (text) => {
  const status = document.getElementById('refresh-status');
  if (status && status.textContent !== text) status.textContent = text;
};

function swap(part, next) {
  const selection = document.getSelection();
  if (part.innerHTML === next.innerHTML) return;
  if (!selection.isCollapsed && part.contains(selection.anchorNode)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  part.replaceChildren(...next.childNodes);
  if (focused === null) return;
  const same = [...part.querySelectorAll('a[href]')].find((link) => link.getAttribute('href') === focused);
  if (same) same.focus({ preventScroll: true });
}

async function refresh() {
  const answer = await fetch(location.href, {
    headers: { accept: 'text/html' },
    cache: 'no-store',
    signal: AbortSignal.timeout(20000),
  });
  if (!answer.ok) return say('Not up to date: the server answers ' + answer.status + '. Trying again every 5 s.');
  const parts = document.querySelectorAll('[data-live]');
  if (parts.length === 0) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of parts) {
    const next = fresh.querySelector('[data-live="' + part.dataset.live + '"]');
    if (next) swap(part, next);
  }
  say('');
}

let timer;
async function tick() {
  clearTimeout(timer);
  if (!document.hidden) await refresh().catch(() => say('Not up to date: the server is away. Trying again every 5 s.'));
  timer = setTimeout(tick, intervalMs);
}
timer = setTimeout(tick, intervalMs);
document.addEventListener('visibilitychange', () => document.hidden || tick());
`;
