// The composer: Ctrl+Enter sends, a file and a quote can be taken off again, and the text stays until the server has it.
customElements.define("reply-composer", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.area = this.querySelector("textarea");
    this.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("change", (event) => this.changed(event.target));
    this.addEventListener("click", (event) => this.clear(event.target.closest("[data-clear]")?.dataset.clear));
    this.form.addEventListener("htmx:beforeRequest", () => this.busy(true));
    this.form.addEventListener("htmx:afterRequest", () => this.busy(false));
    this.gone = new AbortController();
    document.addEventListener("click", (event) => this.quote(event), { signal: this.gone.signal });
  }
  disconnectedCallback() {
    this.gone.abort();
  }
  press(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target !== this.area) return;
    event.preventDefault();
    const shown = [...this.form.querySelectorAll("button[type=submit]:not([name])")].find((button) => button.offsetParent);
    shown?.click();
  }
  changed(field) {
    if (field.name === "mode") {
      this.area.placeholder = this.area.dataset[field.value];
      this.area.focus();
    }
    if (field.name === "file") {
      const line = this.querySelector(".attached");
      line.hidden = !field.files.length;
      line.querySelector("span").textContent = field.files[0]?.name ?? "";
    }
  }
  quote(event) {
    const link = event.target.closest("[data-quote]");
    if (!link) return;
    event.preventDefault();
    const bubble = link.closest(".msg").querySelector(".bub").cloneNode(true);
    bubble.querySelectorAll(".meta, .react, blockquote, .sr").forEach((part) => part.remove());
    this.form.elements.quoted.value = link.dataset.quote;
    const line = this.querySelector(".quoting");
    line.hidden = false;
    line.querySelector("span").textContent = bubble.textContent.trim() || bubble.querySelector("[alt]")?.alt || "…";
    this.form.querySelector("[value=reply]").checked = true;
    this.area.focus();
  }
  clear(name) {
    if (!name) return;
    this.form.elements[name].value = "";
    this.querySelector(name === "file" ? ".attached" : ".quoting").hidden = true;
  }
  busy(yes) {
    this.area.readOnly = yes;
    this.form.setAttribute("aria-busy", yes);
  }
});
