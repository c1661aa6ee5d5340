// Runs once for each HTML component of the page: reports clicks, and settles what was just rendered.
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const behavior = still ? "auto" : "smooth";

const actions = {
    cite: (data) => trigger("cite", { turn: Number(data.turn), number: Number(data.number) }),
    wrong: (data) => trigger("wrong", { turn: Number(data.turn) }),
    example: (data) => trigger("example", { question: data.question }),
    close: () => trigger("close"),
};

function settle() {
    const talk = element.querySelector("section[data-lang]");
    if (talk) {
        document.documentElement.lang = talk.dataset.lang;
        // Neither another language nor an answer marked as wrong may move what is being read.
        const progress = String(talk.querySelectorAll(".turn, .answer, .refusal").length);
        if (progress !== element.dataset.progress) {
            talk.querySelector(".turn:last-child")?.scrollIntoView({ behavior, block: "start" });
        }
        element.dataset.progress = progress;
    }
    const panel = element.querySelector("aside");
    if (panel && panel.dataset.place !== element.dataset.place) {
        const top = panel.querySelector("mark")?.offsetTop ?? 0;
        panel.scrollTop = top < panel.clientHeight / 2 ? 0 : top - panel.clientHeight / 3;
        panel.querySelector("h2").focus({ preventScroll: true });
    } else if (!panel && element.dataset.place && window.avotsOpener?.isConnected) {
        window.avotsOpener.focus({ preventScroll: true });
    }
    element.dataset.place = panel?.dataset.place ?? "";
}

element.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    if (!button) return;
    if (["cite", "wrong"].includes(button.dataset.action)) window.avotsOpener = button;
    actions[button.dataset.action](button.dataset);
});
element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && element.querySelector("aside")) trigger("close");
});
watch("value", settle);
settle();
