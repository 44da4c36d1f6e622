// The inbox's panes. Answers may come late and in another order than the clicks: a pane shows the last that was asked
// for, and nothing of one conversation comes into another.
customElements.define("inbox-panes", class extends HTMLElement {
  connectedCallback() {
    this.asked = {};
    const { signal } = this.gone = new AbortController();
    document.addEventListener("htmx:beforeRequest", ({ detail }) => this.ask(detail), { signal });
    document.addEventListener("htmx:beforeSwap", ({ detail }) => {
      detail.xhr.isLate = this.isLate(detail);
      detail.shouldSwap &&= !detail.xhr.isLate;
    }, { signal });
  }
  disconnectedCallback() {
    this.gone.abort();
  }
  ask(detail) {
    const { id } = detail.target;
    if (!["thread", "inbox-list"].includes(id)) return;
    // The pane that the earlier answer was for may be replaced by then, and nobody would hear of it: it comes to us.
    const earlier = this.asked[id];
    if (earlier) [earlier.target, earlier.xhr.isLate] = [this, true];
    this.asked[id] = detail;
  }
  isLate({ target, xhr, pathInfo }) {
    if (xhr.isLate || ["thread", "inbox-list", "alerts"].includes(target.id)) return xhr.isLate;
    const about = /\/inbox\/(\d+)\/|[?&]conversation=(\d*)/.exec(pathInfo.requestPath);
    return about && (about[1] ?? about[2]) !== (this.querySelector("#thread").dataset.number ?? "");
  }
});
