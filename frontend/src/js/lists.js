// Ticked rows of a list, and the bar of what can be done to all of them; on this page or, with `everything`, on all.
export function selection() {
  return {
    count: 0,
    whole: false,
    everything: false,
    init() {
      this.$root.addEventListener("htmx:after:swap", () => this.recount());
    },
    boxes() {
      return [...this.$root.querySelectorAll("input[name=pk]")];
    },
    recount() {
      const boxes = this.boxes();
      this.count = boxes.filter((box) => box.checked).length;
      this.whole = boxes.length > 0 && this.count === boxes.length;
      const every = this.$root.querySelector("input[name=everything]");
      if (every && !this.whole) every.checked = false;
      this.everything = every?.checked ?? false;
    },
    all(event) {
      for (const box of this.boxes()) box.checked = event.target.checked;
      this.recount();
    },
    every(event) {
      this.everything = event.target.checked;
    },
    clear() {
      for (const box of this.$root.querySelectorAll("input[type=checkbox]")) box.checked = false;
      this.recount();
    },
    get onPage() {
      return !this.everything;
    },
    get some() {
      return this.count > 0;
    },
  };
}

// The choice of columns: the buttons move a line up or down; what is sent follows the order of the lines.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-moves]");
  const line = button?.closest("li");
  if (!line) return;
  if (button.dataset.moves === "up") line.previousElementSibling?.before(line);
  else line.nextElementSibling?.after(line);
  button.focus();
});
