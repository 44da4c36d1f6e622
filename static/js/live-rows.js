// Takes changed rows into the list, newest first. While the pointer is on it nothing moves: rows change in place, new
// ones wait behind a button.
customElements.define("live-rows", class extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector("ul");
    this.rows.addEventListener("htmx:oobBeforeSwap", (event) => this.take(event));
    this.addEventListener("mouseleave", () => this.settle());
  }
  take(event) {
    if (event.target !== event.currentTarget) return;
    event.detail.shouldSwap = false;
    const open = document.getElementById("thread")?.dataset.number;
    for (const row of [...event.detail.fragment.children]) {
      const old = document.getElementById(row.id);
      if (row.matches(".gone")) {
        old?.remove();
        continue;
      }
      if (row.id === `conversation-${open}`) row.querySelector("a").setAttribute("aria-current", "true");
      this.put(row, old);
      htmx.process(row);
    }
    if (this.matches(":hover")) this.offer();
    else this.settle();
  }
  put(row, old) {
    const link = row.querySelector("a");
    const focused = old?.contains(document.activeElement);
    link.tabIndex = old?.querySelector("a").tabIndex ?? -1;
    if (old) old.replaceWith(row);
    else {
      row.hidden = this.matches(":hover");
      this.rows.prepend(row);
    }
    if (focused) link.focus();
  }
  offer() {
    this.button ??= Object.assign(document.createElement("button"), { type: "button", className: "btn sm updates" });
    this.button.textContent = this.dataset.show;
    this.button.onclick = () => this.settle();
    if (this.querySelector(".row[hidden]")) this.prepend(this.button);
  }
  settle() {
    this.button?.remove();
    const { activeElement } = document;
    const rows = [...this.rows.querySelectorAll(".row")];
    rows.forEach((row) => { row.hidden = false; });
    rows.toSorted((one, two) => two.dataset.at - one.dataset.at).forEach((row, index) => {
      if (this.rows.children[index] !== row) this.rows.insertBefore(row, this.rows.children[index]);
    });
    if (this.contains(activeElement)) activeElement.focus({ preventScroll: true });
  }
});
