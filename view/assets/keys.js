/** Keys: `/` goes to the first filter, `j` and `k` to the next and the last row of a list. */
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
  if (event.key === '/') {
    const field = document.querySelector('.filters input');
    if (!field) return;
    event.preventDefault();
    const folded = field.closest('details');
    if (folded) folded.open = true;
    field.focus();
  }
  if (event.key !== 'j' && event.key !== 'k') return;
  const links = [...document.querySelectorAll('.list tbody th a')];
  const at = links.indexOf(document.activeElement);
  const next = links[event.key === 'j' ? at + 1 : Math.max(0, at - 1)];
  if (next) next.focus();
});
