// Ticked rows of a list, and the bar of what can be done to all of them.
export function selection() {
  return {
    count: 0,
    boxes() {
      return [...this.$root.querySelectorAll("input[name=pk]")];
    },
    recount() {
      this.count = this.boxes().filter((box) => box.checked).length;
    },
    all(event) {
      for (const box of this.boxes()) box.checked = event.target.checked;
      this.recount();
    },
    clear() {
      for (const box of this.$root.querySelectorAll("input[type=checkbox]")) box.checked = false;
      this.recount();
    },
    get some() {
      return this.count > 0;
    },
  };
}
