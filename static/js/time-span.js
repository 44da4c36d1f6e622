// A time that runs: how long somebody has waited (data-since), how long a window stays open (data-until).
customElements.define("time-span", class extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.show(), 30000);
  }
  disconnectedCallback() {
    clearInterval(this.timer);
  }
  show() {
    const { since, until } = this.dataset;
    const minutes = Math.max(since ? 1 : 0, Math.floor((since ? Date.now() - since : until - Date.now()) / 60000));
    const hours = Math.floor(minutes / 60);
    const { days: d, hours: h, both, minutes: m } = document.body.dataset;
    const pattern = hours >= 24 ? d : hours && minutes % 60 ? both : hours ? h : m;
    this.textContent = pattern.replace("{d}", Math.floor(hours / 24)).replace("{h}", hours).replace("{m}", minutes % 60);
    this.parentElement.classList.toggle("warn", since ? minutes > 30 : minutes < 120);
  }
});
