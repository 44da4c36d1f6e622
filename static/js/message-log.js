// The log of a conversation: stays at the newest message while the reader is there, otherwise says how many came; puts
// a late message where its time belongs and a changed one in place of the old.
customElements.define("message-log", class extends HTMLElement {
  connectedCallback() {
    this.pane = this.parentElement;
    this.addEventListener("htmx:oobBeforeSwap", (event) => this.take(event));
    this.pane.addEventListener("scroll", () => { if (this.atEnd) this.clear(); }, { passive: true });
  }
  // The pane is a reversed column: 0 is the end, and further up is negative.
  get atEnd() {
    return this.pane.scrollTop > -80;
  }
  take(event) {
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
    if (old && item.matches(".day")) return 0;
    if (old) old.replaceWith(item);
    else this.insertBefore(item, this.after(item));
    htmx.process(item);
    const seen = document.querySelector("#composer [name=seen]");
    if (seen) seen.value = Math.max(seen.value, item.id.split("-")[1] || 0);
    return !old && item.matches(".in") ? 1 : 0;
  }
  after(item) {
    const key = ({ dataset, id }) => [Number(dataset.at), Number(id.split("-")[1]) || 0];
    const [at, id] = key(item);
    return [...this.querySelectorAll(":scope > [data-at]")].find((other) => {
      const [otherAt, otherId] = key(other);
      return otherAt > at || (otherAt === at && otherId > id);
    }) ?? null;
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
