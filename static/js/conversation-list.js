// The list of conversations: marks what is open, moves with J and K or the arrows.
customElements.define("conversation-list", class extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector("#conversation-rows");
    this.addEventListener("click", (event) => this.open(event));
    this.gone = new AbortController();
    document.addEventListener("keydown", (event) => this.press(event), { signal: this.gone.signal });
    this.rove();
  }
  disconnectedCallback() {
    this.gone.abort();
  }
  links() {
    return [...this.rows.querySelectorAll(".row:not([hidden]) > a")];
  }
  rove(link = this.rows.querySelector("[aria-current]") ?? this.links()[0]) {
    this.links().forEach((other) => { other.tabIndex = other === link ? 0 : -1; });
  }
  open(event) {
    const link = event.target.closest(".row > a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    this.rows.querySelector("[aria-current]")?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    link.parentElement.classList.remove("unread");
    link.querySelector(".count")?.remove();
    this.rove(link);
    const byKeyboard = event.detail === 0;
    if (byKeyboard) addEventListener("htmx:afterSettle", () => document.getElementById("thread-title")?.focus(), { once: true });
  }
  press(event) {
    if (event.target.closest("input, textarea, select, dialog, details[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const inside = this.contains(document.activeElement);
    const step = { j: 1, k: -1, ...(inside && { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }) }[event.key];
    if (!step) return;
    const links = this.links();
    const at = links.findIndex((link) => link === document.activeElement);
    const from = at < 0 ? links.findIndex((link) => link.tabIndex === 0) - (step > 0 ? 1 : 0) : at;
    const link = links[Math.max(0, Math.min(links.length - 1, from + step))];
    if (!link) return;
    event.preventDefault();
    this.rove(link);
    link.focus();
  }
});
