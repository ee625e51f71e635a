// Words shown by scripts come from the page (tag `phrases`), in the reader's language.
let words = null;

export function phrase(name) {
  if (words === null) {
    const source = document.getElementById("phrases");
    words = source ? JSON.parse(source.textContent) : {};
  }
  return words[name] ?? "";
}
