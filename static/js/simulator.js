// The customer's phone: looks for news each second while somebody can see it, and clears what was sent.
customElements.define("phone-screen", class extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.timer = setInterval(() => this.look(), 1000);
    document.addEventListener("visibilitychange", () => this.look(), { signal });
    this.addEventListener("htmx:beforeOnLoad", (event) => event.target === this && this.isBusy && event.preventDefault(), { signal });
    this.addEventListener("htmx:afterRequest", (event) => this.sent(event), { signal });
    this.addEventListener("change", (event) => this.attach(event.target), { signal });
    this.addEventListener("click", (event) => event.target.closest("[data-drop]") && this.fresh(), { signal });
  }
  disconnectedCallback() {
    clearInterval(this.timer);
    this.gone.abort();
  }
  get form() {
    return this.querySelector("form");
  }
  // News would close an open menu under the finger.
  get isBusy() {
    return this.querySelector(".msgs details[open]") !== null;
  }
  look() {
    if (!document.hidden && !this.isBusy) this.dispatchEvent(new CustomEvent("look"));
  }
  sent(event) {
    if (event.target !== this.form || !event.detail.successful) return;
    this.fresh();
  }
  fresh() {
    this.form.querySelector(".about")?.remove();
    this.form.reset();
    this.form.elements.text.value = "";
    this.form.elements.text.focus();
    document.getElementById("pane").scrollTop = 0;
  }
  attach(field) {
    if (field.name === "file" && field.files.length) this.form.requestSubmit();
  }
});
// Choosing a channel shows it at once.
customElements.define("phone-chooser", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.querySelector("form").submit());
  }
});
