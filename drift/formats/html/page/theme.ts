import { h } from "./dom.js";

const themes = ["auto", "light", "dark"] as const;

/** Returns the button for light, dark or system colours. The choice is kept in local storage if available. */
export function themeButton(): HTMLElement {
  let theme: (typeof themes)[number] = themes.find((name) => name === kept()) ?? "auto";
  const button = h("button", { type: "button", class: "plain" });
  const show = (): void => {
    document.documentElement.dataset["theme"] = theme;
    button.textContent = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" }[theme];
    button.setAttribute("aria-label", `Colours: ${theme}`);
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "auto";
    try {
      localStorage.setItem("orange-cmdb-theme", theme);
    } catch {
      // Without local storage the choice lasts until the page is closed.
    }
    show();
  });
  show();
  return button;
}

function kept(): string | null {
  try {
    return localStorage.getItem("orange-cmdb-theme");
  } catch {
    return null;
  }
}
