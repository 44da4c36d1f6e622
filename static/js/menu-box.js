// A menu made of <details>: closes on Escape, on a choice, and on a click elsewhere.
customElements.define("menu-box", class extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("details");
    const close = () => { box.open = false; };
    this.gone = new AbortController();
    const { signal } = this.gone;
    document.addEventListener("click", (event) => {
      if (!this.contains(event.target) || event.target.closest(".menu button, .menu a")) close();
    }, { signal });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !box.open) return;
      close();
      box.querySelector("summary").focus();
    }, { signal });
  }
  disconnectedCallback() {
    this.gone.abort();
  }
});
