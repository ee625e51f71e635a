// Light, dark, or as the system says. Kept on this device only.
const DARK = "keqiao-dark";

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === DARK : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function themeToggle() {
  return {
    toggle() {
      const theme = isDark() ? "keqiao" : DARK;
      document.documentElement.dataset.theme = theme;
      try {
        localStorage.setItem("theme", theme);
      } catch {
        // Not kept, but shown for this page.
      }
      document.dispatchEvent(new CustomEvent("keqiao:theme"));
    },
  };
}
