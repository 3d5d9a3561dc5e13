/** Shows every moment in the reader's own zone, with UTC in its title. The server writes UTC. */
globalThis.showLocalTimes = (root) => {
  const pad = (number) => String(number).padStart(2, '0');
  for (const time of root.querySelectorAll('time[datetime]:not([data-local])')) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.dataset.local = '';
    time.title = `${time.dateTime} (UTC)`;
    const date = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
    const clock = [at.getHours(), at.getMinutes(), ...(time.textContent.length > 16 ? [at.getSeconds()] : [])];
    time.textContent = `${date} ${clock.map(pad).join(':')}`;
  }
  for (const unit of root.querySelectorAll('[data-utc]')) unit.remove();
  const zone = root.querySelector('[data-zone]');
  if (zone) {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    zone.textContent = `Times are in your zone, ${timeZone}; the title of each says UTC.`;
  }
};
document.documentElement.classList.add('js');
globalThis.showLocalTimes(document);
