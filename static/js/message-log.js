// The log of a conversation: stays at the newest message while the reader is there, otherwise says how many came; puts
// a late message where its time belongs and a changed one in place of the old.
customElements.define("message-log", class extends HTMLElement {
  connectedCallback() {
    this.pane = this.parentElement;
    this.addEventListener("htmx:oobBeforeSwap", (event) => this.take(event));
    this.addEventListener("htmx:load", ({ target }) => { if (target.matches(".day")) this.join(); });
    this.pane.addEventListener("scroll", () => { if (this.atEnd) this.clear(); }, { passive: true });
  }
  // The pane is a reversed column: 0 is the end, and further up is negative.
  get atEnd() {
    return this.pane.scrollTop > -80;
  }
  take(event) {
    if (event.target !== event.currentTarget) return;
    event.detail.shouldSwap = false;
    const fragment = event.detail.fragment;
    const atEnd = this.atEnd || fragment.querySelector(".queued");
    const before = this.pane.scrollHeight;
    let news = 0;
    for (const item of [...fragment.children]) news += this.put(item);
    if (atEnd) this.pane.scrollTop = 0;
    else this.pane.scrollTop -= this.pane.scrollHeight - before;
    if (news && !atEnd) this.tell(news);
  }
  put(item) {
    const old = document.getElementById(item.id);
    if (item.matches(".gone")) old?.remove();
    if (item.matches(".gone") || (old && item.matches(".day"))) return 0;
    if (old) old.replaceWith(item);
    else this.insertBefore(item, this.after(item));
    htmx.process(item);
    const seen = document.querySelector("#composer [name=seen]");
    if (seen) seen.value = Math.max(seen.value, item.id.split("-")[1] || 0);
    return !old && item.matches(".in") ? 1 : 0;
  }
  after(item) {
    const behind = ({ dataset, id }) => dataset.at - item.dataset.at || id.split("-")[1] - item.id.split("-")[1];
    return [...this.querySelectorAll(":scope > [data-at]")].find((other) => behind(other) > 0) ?? null;
  }
  // Earlier messages bring the line of their last day, which is there already.
  join() {
    const days = new Set();
    for (const day of this.querySelectorAll(".day")) if (days.size === days.add(day.id).size) day.remove();
  }
  tell(news) {
    this.unseen = (this.unseen ?? 0) + news;
    this.pill ??= Object.assign(document.createElement("button"), { type: "button", className: "btn sm pill" });
    this.pill.textContent = this.unseen === 1 ? this.dataset.one : this.dataset.many.replace("{n}", this.unseen);
    this.pill.onclick = () => { this.pane.scrollTop = 0; this.clear(); };
    this.pane.after(this.pill);
  }
  disconnectedCallback() {
    this.pill?.remove();
  }
  clear() {
    this.unseen = 0;
    this.pill?.remove();
  }
});
