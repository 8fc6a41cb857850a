// Light and dark: as the system says until the reader chooses; who draws by hand asks to be told.

const themeListeners = [];
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function onTheme(listener) {
  themeListeners.push(listener);
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : systemDark.matches;
}

function themeChanged() {
  document.getElementById('theme').textContent = isDark() ? 'Light theme' : 'Dark theme';
  for (const listener of themeListeners) {
    listener();
  }
}

// A page that is opened from a file may have no storage: the choice then lasts as long as the page.
function remembered(choice) {
  try {
    if (choice) {
      localStorage.setItem('moondesk-theme', choice);
    }
    return localStorage.getItem('moondesk-theme');
  } catch {
    return null;
  }
}

function chooseTheme(choice) {
  document.documentElement.dataset.theme = choice;
  remembered(choice);
  themeChanged();
}

function startTheme() {
  const choice = remembered();
  if (choice === 'dark' || choice === 'light') {
    document.documentElement.dataset.theme = choice;
  }
  document.getElementById('theme').addEventListener('click', () => chooseTheme(isDark() ? 'light' : 'dark'));
  systemDark.addEventListener('change', themeChanged);
  window.matchMedia('print').addEventListener('change', themeChanged); // paper is light
  themeChanged();
}
