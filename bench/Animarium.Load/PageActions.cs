namespace Animarium.Load;

/// <summary>Something that a person does on a page.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Script">Does it, and waits in the page itself until its effect is seen: milliseconds, or null where it cannot be done just now.</param>
readonly record struct PageAction(string Name, string Script);

/// <summary>What people do: from drawing to the gallery and back.</summary>
static class PageActions
{
    const int Patience = 30_000; // milliseconds

    const string Waiting = """[...document.querySelectorAll(".queue .job")].filter(row => row.querySelector('[title="Pause"]') && row.querySelector(".row").textContent.includes("Waiting"))""";

    /// <summary>One round.</summary>
    /// <param name="prompt">What is drawn: by it a person knows the own rows of the queue again.</param>
    public static IEnumerable<PageAction> Round(string prompt)
    {
        string mine = $"""Math.max(0, ...[...document.querySelectorAll(".queue .job")].filter(row => row.querySelector(".title").textContent === "{prompt}").map(row => +row.dataset.job))"""; // the latest of these
        yield return Do("prompt", """window.area = document.querySelector("#knob-prompt")""",
            $"""area.value = "{prompt}"; area.dispatchEvent(new Event("input", {"{ bubbles: true }"}))""", "true");
        yield return Do("order", $"""window.before = {mine}; window.button = document.querySelector(".go .primary")""", "button.click()", $"{mine} > before");
        yield return Do("full", """window.button = document.querySelector(".form .chip[aria-pressed=false]")""", "button.click()", """document.querySelector("#knob-steps")""");
        yield return Do("simple", """window.button = document.querySelector(".form .chip[aria-pressed=false]")""", "button.click()", """!document.querySelector("#knob-steps")""");
        yield return Do("pause", $"window.row = {Waiting}.findLast(row => row.querySelector(\".title\").textContent === \"{prompt}\")", """row.querySelector('[title="Pause"]').click()""", """row.querySelector('[title="Continue"]')""", needs: "row");
        yield return Do("continue", "", """row.querySelector('[title="Continue"]').click()""", """row.querySelector('[title="Pause"]')""", needs: """window.row?.isConnected && row.querySelector('[title="Continue"]')""");
        yield return Do("gallery", "", """document.querySelector('nav a[href="/gallery"]').click()""", """document.querySelector(".wall .tile img")?.naturalWidth > 0""");
        yield return Do("find-nothing", "", Search("xyzzy"), """document.querySelector(".wall .empty")""");
        yield return Do("find-all", "", Search(""), """document.querySelector(".wall .tile img")?.naturalWidth > 0""");
        yield return Do("open", "", """document.querySelector(".wall .tile button").click()""", """document.querySelector(".mud-dialog .picture img")?.naturalWidth > 0""");
        yield return Do("rate", """window.star = () => document.querySelector(".mud-dialog .chip"); window.before = star().ariaPressed""", "star().click()", "star().ariaPressed !== before", needs: """document.querySelector(".mud-dialog .chip")""");
        yield return Do("close", "", """[...document.querySelectorAll(".mud-dialog button")].at(-1).click()""", """!document.querySelector(".mud-dialog")""", needs: """document.querySelector(".mud-dialog")""");
        yield return Do("draw", "", """document.querySelector('nav a[href="/"]').click()""", """document.querySelector("[data-listens] .draw")?.checkVisibility()""");
    }

    static string Search(string text) => $"""window.box = document.querySelector('.gallery input[type="search"]'); box.value = "{text}"; box.dispatchEvent(new Event("change", {"{ bubbles: true }"}))""";

    static PageAction Do(string name, string prepare, string act, string until, string needs = "true") => new(name, $$"""
        async () => {
          {{(needs == "row" ? prepare : "")}};
          if (!({{needs}})) return null;
          {{(needs == "row" ? "" : prepare)}};
          const start = performance.now();
          {{act}};
          while (!({{until}})) {
            if (performance.now() - start > {{Patience}}) throw new Error("{{name}} has no effect");
            await new Promise(resolve => setTimeout(resolve, 4));
          }
          return performance.now() - start;
        }
        """);
}
