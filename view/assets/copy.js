/** Buttons that copy: their own text, or that of the element they name. */
document.addEventListener('click', async (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null;
  if (!button) return;
  const named = button.dataset.copyOf ? document.getElementById(button.dataset.copyOf) : null;
  try {
    await navigator.clipboard.writeText(named ? named.textContent : button.dataset.copy);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Not allowed';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 1500);
});
