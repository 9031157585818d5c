using System.Globalization;
using System.Text.Json;
using Animarium.Diffusion.Conduct;
using Animarium.Studio.Gallery;
using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Preferences;
using Animarium.Studio.Storage;
using Animarium.Web.Api;
using Animarium.Web.Security;
using Animarium.Web.Shell;

namespace Animarium.Web.Draw;

/// <summary>
/// What the page to draw holds: what was said, and what follows from it. It lives as long as the browser's connection; the browser remembers it longer.
/// </summary>
/// <param name="catalog">Models and LoRAs.</param>
/// <param name="queue">Takes the orders.</param>
/// <param name="screen">Stands before the queue.</param>
/// <param name="browser">Remembers.</param>
/// <param name="preferences">What holds where neither person nor model says otherwise.</param>
public sealed class DrawState(ModelCatalog catalog, JobQueue queue, OrderScreen screen, Browser browser, PreferencesFile preferences)
{
    private const string Remembered = "draw";

    private List<Notice> notices = [];
    private bool shown, changed, recalled;

    /// <summary>Anything of it is different.</summary>
    public event Action? Changed;

    /// <summary>Only what a person said.</summary>
    public Settings Given { get; private set; } = Settings.Empty;

    /// <summary>Whether only prompt, picture and button are shown.</summary>
    public bool Simple { get; private set; } = true;

    /// <summary>The whole request, with what the model advises where nothing was said.</summary>
    public GenerationRequest Request { get; private set; } = new();

    /// <summary>The number of pixels that the model likes; sizes by ratio have it.</summary>
    public double Pixels { get; private set; } = 1024 * 1024;

    /// <summary>What was decided for the person, in words.</summary>
    public IReadOnlyList<Notice> Notices => notices;

    /// <summary>Why the last order was not taken; null: it was.</summary>
    public string? Problem { get; private set; }

    /// <summary>Which field <see cref="Problem"/> is about, by its name; null: none in particular.</summary>
    public string? ProblemField { get; private set; }

    /// <summary>Reads what the browser remembers, once: who comes back from another room finds what was there.</summary>
    public async Task Recall()
    {
        if (recalled) return;
        var (modeTold, settingsTold) = (browser.Recall("mode").AsTask(), browser.Recall(Remembered).AsTask());
        var (mode, remembered) = (await modeTold, await settingsTold);
        recalled = true;
        // Who was quicker than the answer has said what holds now.
        if (!shown) Simple = mode != "full";
        if (!changed && remembered is { } json)
        {
            try
            {
                using var document = JsonDocument.Parse(json);
                Given = Settings.FromJson(document.RootElement, _ => { });
            }
            catch (Exception e) when (e is JsonException or SettingException)
            {
                Given = Settings.Empty; // another version's, or damaged: nothing that was drawn depends on it
            }
        }
        Follow();
    }

    /// <summary>Shows little or everything.</summary>
    public async Task Show(bool simple)
    {
        (Simple, shown) = (simple, true);
        Changed?.Invoke();
        await browser.Remember("mode", simple ? "simple" : "full");
    }

    /// <summary>Says a value, as text.</summary>
    public Task Set(string name, params string[] texts) => Change(() => Given.With(name, texts), name);

    /// <summary>Takes back what was said: the model's advice or the default holds again.</summary>
    public Task Unset(string name) => Change(() => Knobs.Find(name) is { } knob ? Given.Without(knob) : Given, name);

    /// <summary>Takes over settings, of a picture for example.</summary>
    public Task Take(Settings settings) => Change(() => settings.Over(Given), null);

    /// <summary>Takes a picture to begin with, without a mask, and shows where it stands.</summary>
    public async Task Begin(string path)
    {
        await Unset("mask");
        await Set("init", path);
        await Show(false);
    }

    /// <summary>Takes a finished picture, to draw it over at a higher resolution with its own settings, and shows them.</summary>
    /// <param name="picture">What is known of it.</param>
    /// <param name="path">A file of it that may be drawn from.</param>
    public async Task Refine(GalleryPicture picture, string path)
    {
        await Change(() => Refinement.Of(picture.Settings, path, picture.Width, picture.Height, catalog).Over(Given.Without(Knobs.Find("mask")!).Without(Knobs.Find("seed")!)), null);
        await Show(false);
    }

    /// <summary>Says which LoRAs act, in order.</summary>
    public Task SetLoras(IEnumerable<LoraUse> uses) => uses.ToList() is { Count: > 0 } some
        ? Set("lora", [.. some.Select(use => string.Create(CultureInfo.InvariantCulture, $"{use.Name}:{use.Strength}:{use.TextStrength}"))]) : Unset("lora");

    /// <summary>Forgets everything that was said but the prompts.</summary>
    public Task Reset() => Change(() => Given.Given.Where(knob => knob.Group != KnobGroup.Prompt).Aggregate(Given, (kept, knob) => kept.Without(knob)), null);

    /// <summary>Orders the pictures.</summary>
    public Job? Order()
    {
        try
        {
            (Problem, ProblemField) = (null, null);
            var order = DrawOrder.Of(Given, Random.Shared);
            screen.Require(order);
            return queue.Add(order);
        }
        catch (Exception e) when (e is SettingException or RefusedException or ModelException or ConductException or RatingException or StorageException)
        {
            (Problem, ProblemField) = (e.Message, (e as SettingException)?.Field);
            return null;
        }
        finally
        {
            Changed?.Invoke();
        }
    }

    private async Task Change(Func<Settings> change, string? field)
    {
        try
        {
            (Given, changed) = (change(), true);
            (Problem, ProblemField) = (null, null);
            Follow();
            await browser.Remember(Remembered, Given.ToString());
        }
        catch (SettingException e)
        {
            (Problem, ProblemField) = (e.Message, field);
            Changed?.Invoke();
        }
    }

    /// <summary>Works out again what follows from what was said; models may have come or gone.</summary>
    public void Follow()
    {
        notices = [];
        var below = preferences.Current.Defaults;
        var said = Given.Over(below).Complete();
        try
        {
            var model = catalog.Find(said.Model, said.Vae, said.TextEncoder, warning => notices.Add(new("other-latents", warning)));
            var advice = ModelDefaults.Of(model, said.Loras.Where(lora => catalog.Loras.Has(lora.Name)).Select(lora => catalog.Loras.Find(lora.Name)), notices);
            var usual = advice.Settings.Complete();
            Pixels = (double)usual.Width * usual.Height;
            Request = Given.Over(advice.Settings).Over(below).Complete() with { Model = model.Name };
            Request.Checked(notices);
        }
        catch (Exception e) when (e is ModelException or SettingException)
        {
            Request = said;
            notices.Add(new("model", e.Message));
        }
        Changed?.Invoke();
    }
}
