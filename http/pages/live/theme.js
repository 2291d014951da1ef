// Runs before the first paint, so that nothing flashes: the theme that the address or the last visit names.
(() => {
  const given = new URLSearchParams(location.search).get('theme');
  let theme = given === 'dark' || given === 'light' ? given : null;
  try {
    theme ??= localStorage.getItem('theme');
  } catch {
    // Storage is switched off: the system's theme it is.
  }
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
})();
