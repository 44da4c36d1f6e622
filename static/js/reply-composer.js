// The composer: Ctrl+Enter sends, a file and a quote can be taken off again, and the text stays until the server has it.
customElements.define("reply-composer", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.area = this.querySelector("textarea");
    this.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("change", (event) => this.changed(event.target));
    this.addEventListener("click", (event) => this.clear(event.target.closest("[data-clear]")?.dataset.clear));
    this.addEventListener("htmx:oobBeforeSwap", (event) => this.replace(event.detail));
    this.form.addEventListener("htmx:beforeRequest", () => { this.area.readOnly = true; });
    this.form.addEventListener("htmx:afterRequest", () => { this.area.readOnly = false; });
    this.gone = new AbortController();
    document.addEventListener("click", (event) => this.quote(event), { signal: this.gone.signal });
  }
  disconnectedCallback() {
    this.gone.abort();
  }
  press(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target !== this.area) return;
    event.preventDefault();
    [...this.form.querySelectorAll("button[type=submit]:not([name])")].find((button) => button.offsetParent)?.click();
  }
  changed({ name, value, files }) {
    if (name === "mode") {
      this.area.placeholder = this.area.dataset[value];
      this.area.focus();
    }
    if (name === "file") this.show(".attached", files[0]?.name);
  }
  quote(event) {
    const link = event.target.closest("[data-quote]");
    if (!link) return;
    event.preventDefault();
    const bubble = link.closest(".msg").querySelector(".bub").cloneNode(true);
    bubble.querySelectorAll(".meta, .react, blockquote, .sr").forEach((part) => part.remove());
    this.form.elements.quoted.value = link.dataset.quote;
    this.show(".quoting", bubble.textContent.trim() || bubble.querySelector("[alt]")?.alt || "…");
    this.form.querySelector("[value=reply]").checked = true;
    this.area.focus();
  }
  clear(name) {
    if (!name) return;
    this.form.elements[name].value = "";
    this.show(name === "file" ? ".attached" : ".quoting");
  }
  show(line, text = "") {
    this.querySelector(line).hidden = !text;
    this.querySelector(`${line} span`).textContent = text;
  }
  // News about what the composer allows must not cost the text in it.
  replace(detail) {
    const next = detail.fragment.firstElementChild;
    if (detail.target !== this || !("live" in next.dataset)) return;
    detail.shouldSwap = next.dataset.state !== this.dataset.state;
    next.querySelector("textarea").value = this.area.value;
  }
});
