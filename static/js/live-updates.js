// Keeps the page current. One stream per browser: the tab that holds the lock listens and tells the others. Whatever
// happens, a page asks at most every 0.3 s for everything that changed since its cursor.
customElements.define("live-updates", class extends HTMLElement {
  connectedCallback() {
    const name = `live:${this.dataset.workspace}`;
    this.cursor = this.dataset.cursor;
    this.delay = 1000;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.hear(data);
    const { signal } = this.gone = new AbortController();
    document.addEventListener("visibilitychange", () => this.refetch(), { signal });
    addEventListener("offline", () => this.hear({ online: false }), { signal });
    this.addEventListener("htmx:afterRequest", ({ detail }) => this.keep(detail));
    const lead = () => new Promise((release) => { this.release = release; this.listen(); });
    if (navigator.locks) navigator.locks.request(name, { signal }, lead).catch(() => {});
    else lead();
  }
  disconnectedCallback() {
    this.gone.abort();
    this.source?.close();
    this.channel.close();
    clearTimeout(this.timer);
    this.release?.();
  }
  listen() {
    if (!this.isConnected) return;
    const source = this.source = new EventSource(`${this.dataset.stream}&cursor=${encodeURIComponent(this.cursor)}`);
    const tell = (news) => [this.channel.postMessage(news), this.hear(news)];
    source.onopen = () => { tell({ online: true, changed: this.delay > 1000 }); this.delay = 1000; };
    source.addEventListener("change", () => tell({ changed: true }));
    source.addEventListener("reset", () => tell({ reset: true }));
    source.addEventListener("closed", () => { source.close(); tell({ closed: true }); });
    source.onerror = () => {
      source.close();
      if (this.delay > 2000) tell({ online: false });
      setTimeout(() => this.listen(), this.delay * (0.5 + Math.random()));
      this.delay = Math.min(this.delay * 2, 30000);
    };
  }
  hear({ online, changed, reset, closed }) {
    if (closed) return location.reload();
    if (online !== undefined) document.body.classList.toggle("offline", !online);
    if (reset) this.cursor = "";
    if (changed || reset) this.refetch();
  }
  refetch() {
    this.wanted = true;
    if (document.hidden || this.timer) return;
    this.wanted = false;
    this.timer = setTimeout(() => { this.timer = 0; if (this.wanted) this.refetch(); }, 300);
    const asked = new URLSearchParams(location.search);
    asked.set("cursor", this.cursor);
    asked.set("conversation", document.getElementById("thread")?.dataset.number ?? "");
    htmx.ajax("GET", `${this.dataset.changes}?${asked}`, { source: this, swap: "none" });
  }
  keep({ xhr, successful }) {
    if (xhr.isLate) return this.refetch();
    this.cursor = (successful && xhr.getResponseHeader("X-Cursor")) || this.cursor;
    if (!successful) setTimeout(() => this.refetch(), 5000);
  }
});
