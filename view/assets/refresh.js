/**
 * Fetches the page again every 5 s and swaps the parts marked `data-live`. It rests while the tab is hidden, leaves a
 * part alone that has not changed or in which text is selected, and keeps the focus. On a page without such parts (the
 * error page) it loads the page anew as soon as it is there again. Pages that do not change are left alone.
 */
{
  const intervalMs = 5000;
  const say = (text) => {
    const status = document.getElementById('refresh-status');
    if (status && status.textContent !== text) status.textContent = text;
  };

  const swap = (part, next) => {
    const selection = document.getSelection();
    if (part.innerHTML === next.innerHTML) return;
    if (!selection.isCollapsed && part.contains(selection.anchorNode)) return;
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    const open = [...part.querySelectorAll('details')].map((details) => details.open);
    part.replaceChildren(...next.childNodes);
    part.querySelectorAll('details').forEach((details, index) => {
      details.open = open[index] ?? details.open;
    });
    if (focused === null) return;
    const same = [...part.querySelectorAll('a[href]')].find((link) => link.getAttribute('href') === focused);
    if (same) same.focus({ preventScroll: true });
  };

  const refresh = async () => {
    const answer = await fetch(location.href, {
      headers: { accept: 'text/html' },
      cache: 'no-store',
      signal: AbortSignal.timeout(20000),
    });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return say(`Not up to date: the server answers ${answer.status}. Trying again every 5 s.`);
    const parts = document.querySelectorAll('[data-live]');
    if (parts.length === 0) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    globalThis.showLocalTimes(fresh);
    for (const part of parts) {
      const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (next) swap(part, next);
    }
    for (const table of fresh.querySelectorAll('figure[data-chart] table')) globalThis.updateChart?.(table);
    say('');
  };

  let timer;
  const tick = async () => {
    clearTimeout(timer);
    const away = 'Not up to date: the server is away. Trying again every 5 s.';
    if (!document.hidden) await refresh().catch(() => say(away));
    timer = setTimeout(tick, intervalMs);
  };
  if (document.body.hasAttribute('data-renews')) {
    timer = setTimeout(tick, intervalMs);
    document.addEventListener('visibilitychange', () => document.hidden || tick());
  }
}
