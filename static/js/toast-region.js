// Short messages at the lower left: one at a time, gone after 10 s unless somebody is reading them.
customElements.define("toast-message", class extends HTMLElement {
  connectedCallback() {
    this.parentElement.querySelectorAll("toast-message").forEach((other) => { if (other !== this) other.remove(); });
    this.lastElementChild.onclick = () => this.remove();
    this.timer = setInterval(() => { if (!this.matches(":hover, :focus-within")) this.remove(); }, 10000);
  }
  disconnectedCallback() {
    clearInterval(this.timer);
  }
});
customElements.define("toast-region", class extends HTMLElement {
  connectedCallback() {
    const { failed, unreachable } = this.dataset;
    const say = (text) => ({ detail }) => { if (!detail.elt.matches("live-updates")) this.show(text); };
    document.addEventListener("htmx:responseError", say(failed));
    document.addEventListener("htmx:sendError", say(unreachable));
    document.addEventListener("htmx:timeout", say(unreachable));
  }
  show(text) {
    const toast = this.querySelector("template").content.cloneNode(true);
    toast.querySelector("span").textContent = text;
    this.append(toast);
  }
});
